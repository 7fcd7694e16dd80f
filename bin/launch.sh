# Sourced by bin/re6stnet, bin/re6st-registry and bin/re6st-conf: runs a program from the build tree.
#
#   launch MODULE JAR MAIN_CLASS "JVM FLAGS" ARGUMENTS...
#
# It only looks at files before it becomes Java: starting another process costs a node's start-up more than all of this.

fail() {
    echo "${0##*/}: $1" >&2
    exit 1
}

# The first line of FILE that starts with NAME=, without the quotes.
value_in() {
    while IFS='=' read -r key value; do
        if [ "$key" = "$2" ]; then
            value=${value#\"}
            echo "${value%\"}"
            return
        fi
    done < "$1"
}

# A Java of version 17 or later: $JAVA_HOME's, else the one in PATH.
find_java() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/java}
    [ -n "$java" ] && [ -x "$java" ] || java=$(command -v java) || fail "no Java found: install openjdk-17-jre-headless"
    home=$(readlink -f "$java")
    home=${home%/bin/java}
    if [ -r "$home/release" ]; then
        version=$(value_in "$home/release" JAVA_VERSION)
    else
        version=$("$java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
    fi
    major=${version%%[!0-9]*}
    [ "${major:-0}" -ge 17 ] || fail "Java 17 or later is needed, $java is ${version:-of unknown version}"
}

launch() {
    module=$root/$1 jar_name=$2 main=$3 flags=$4
    shift 4
    jar=$module/target/$jar_name.jar
    quick=$module/target/quick/$jar_name.jar
    # A quick build leaves its jar elsewhere (see CONTRIBUTING.rst): the newest counts.
    if [ -e "$quick" ] && { [ ! -e "$jar" ] || [ "$quick" -nt "$jar" ]; }; then
        jar=$quick
    fi
    [ -e "$jar" ] || fail "not built yet: run 'mvn -q -DskipTests package' in $root"
    find_java
    archive=${jar%.jar}.jsa
    if [ "$archive" -nt "$jar" ]; then
        flags="$flags -XX:SharedArchiveFile=$archive -Xlog:cds=off -Xlog:cds+dynamic=off"
        # At the address it was made for, or every page of it is written to: see docs/decisions/0004.
        flags="$flags -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"
    fi
    # Word splitting is wanted: both hold several flags.
    # shellcheck disable=SC2086
    exec "$java" -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Dfile.encoding=UTF-8 $flags ${RE6ST_JAVA_FLAGS:-} \
        -cp "$jar" "$main" "$@"
}
