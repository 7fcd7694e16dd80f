# Sourced by bin/test, bin/demo and bin/bench: installs what is missing and builds what is out of date.

say() {
    echo "${0##*/}: $*" >&2
}

as_root() {
    [ "$(id -u)" = 0 ]
}

# install_missing COMMAND=PACKAGE...: installs the packages whose command is not there (Debian).
install_missing() {
    PATH=$PATH:/usr/sbin:/sbin
    packages=
    for pair in "$@"; do
        command -v "${pair%%=*}" > /dev/null || packages="$packages ${pair#*=}"
    done
    [ -n "$packages" ] || return 0
    if ! as_root; then
        say "missing:$packages; install them, or run this as root"
        exit 1
    fi
    command -v apt-get > /dev/null || { say "missing:$packages"; exit 1; }
    say "installing$packages"
    # No service may start because its package was installed: the host's network is not ours.
    guard=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        guard=/usr/sbin/policy-rc.d
        trap 'rm -f "$guard"' EXIT
        trap 'exit 1' HUP INT TERM
        printf '#!/bin/sh\nexit 101\n' > $guard
        chmod 755 $guard
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update > /dev/null
    # shellcheck disable=SC2086
    apt-get -q -y --no-install-recommends install $packages > /dev/null
    if [ -n "$guard" ]; then
        rm -f "$guard"
        trap - EXIT HUP INT TERM
    fi
}

install_build_tools() {
    install_missing javac=openjdk-17-jdk-headless mvn=maven
}

install_network_tools() {
    install_missing openvpn=openvpn babeld=babeld ip=iproute2 nft=nftables ping=iputils-ping traceroute=traceroute \
        sysctl=procps openssl=openssl aiosmtpd=python3-aiosmtpd rst2man=python3-docutils
}

# Routers of the laboratory, and what asks them.
install_router_tools() {
    install_missing miniupnpd=miniupnpd-nftables upnpc=miniupnpc natpmpc=natpmpc radvd=radvd
}

# The server, for tests that start one of their own: no cluster is made for the host.
install_postgresql() {
    [ -z "$(find /usr/lib/postgresql/*/bin/postgres 2> /dev/null)" ] || return 0
    drop_in=/etc/postgresql-common/createcluster.d/re6st-no-cluster.conf
    made=
    if as_root && [ ! -e "$drop_in" ]; then
        mkdir -p "${drop_in%/*}"
        echo 'create_main_cluster = false' > "$drop_in"
        made=yes
    fi
    status=0
    (install_missing no-postgres-in-the-path=postgresql) || status=$?
    if [ -n "$made" ]; then
        rm -f "$drop_in"
        rmdir "${drop_in%/*}" 2> /dev/null || :
    fi
    [ "$status" = 0 ] || exit "$status"
}

install_browser() {
    install_missing chromium=chromium
}

install_long_test_tools() {
    install_missing faketime=faketime promtool=prometheus systemd-nspawn=systemd-container \
        debootstrap=debootstrap dh=debhelper lintian=lintian rst2man=python3-docutils
}

maven() {
    (cd "$root" && mvn -B -ntp -Dstyle.color=never "$@")
}

# Builds without checks and tests, unless nothing changed since the last time.
build_if_needed() {
    stamp=$root/re6st-lab/target/quick/built
    changed=yes
    if [ -e "$stamp" ]; then
        changed=$(find "$root"/pom.xml "$root"/re6st-*/pom.xml "$root"/re6st-*/src/main -newer "$stamp" -print -quit)
    fi
    [ -n "$changed" ] || return 0
    say "building"
    maven -q -Dquick -Dmaven.test.skip=true package
    "$root/bin/archive-classes" || say "no class archives: the programs start more slowly"
    touch "$stamp"
}

# What root built should not stand in the way of the user who called sudo.
give_back() {
    if as_root && [ -n "${SUDO_UID:-}" ]; then
        chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$root"/target "$root"/re6st-*/target 2> /dev/null || :
    fi
}

# run_lab MAIN_CLASS ARGUMENTS...: runs a main class of re6st-lab.
run_lab() {
    lab=$root/re6st-lab/target/quick
    exec java -XX:+UseSerialGC -Dre6st.root="$root" -cp "$lab/classes:$lab/lib/*" "$@"
}
