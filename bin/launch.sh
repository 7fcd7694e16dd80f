# Sourced by re6stnet, re6st-registry and re6st-conf beside it: runs a program from the build tree, or where a package has
# put bin/ and lib/.
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
    [ -n "$java" ] && [ -x "$java" ] || java=$(command -v java) || fail "no Java found: install default-jre-headless"
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

# Where the jars of a program are: common, jar, and archive, the class archive beside them or nothing.
find_jars() {
    if [ -d "$root/lib" ]; then
        # Installed by a package.
        common=$root/lib/re6st-common.jar
        jar=$root/lib/$2.jar
        archive=/var/cache/re6stnet/$2.jsa
        return
    fi
    built=$root/$1/target
    # A quick build leaves its jars elsewhere (see CONTRIBUTING.rst): the newest counts.
    if [ -e "$built/quick/$2.jar" ] && { [ ! -e "$built/$2.jar" ] || [ "$built/quick/$2.jar" -nt "$built/$2.jar" ]; }; then
        quick=/quick
    else
        quick=
    fi
    common=$root/re6st-common/target$quick/re6st-common.jar
    jar=$built$quick/$2.jar
    archive=$built$quick/$2.jsa
    [ -e "$jar" ] && [ -e "$common" ] || fail "not built yet: run 'mvn -q -DskipTests package' in $root"
}

launch() {
    # Names of files are UTF-8, as the text of option files, also where no locale is set: Java could not name others.
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
        C | POSIX) export LC_ALL=C.UTF-8 ;;
    esac
    main=$3 flags=$4
    find_jars "$1" "$2"
    shift 4
    find_java
    if [ "$archive" -nt "$jar" ] && [ "$archive" -nt "$common" ]; then
        flags="$flags -XX:SharedArchiveFile=$archive -Xlog:cds=off -Xlog:cds+dynamic=off"
        # At the address it was made for, or every page of it is written to: see docs/decisions/0004.
        flags="$flags -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"
    fi
    # Word splitting is wanted: both hold several flags.
    # shellcheck disable=SC2086
    exec "$java" -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Dfile.encoding=UTF-8 $flags ${RE6ST_JAVA_FLAGS:-} \
        -cp "$common:$jar" "$main" "$@"
}
