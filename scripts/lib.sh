# shellcheck shell=bash
# What the scripts share. Sourced by scripts/test and scripts/run, never run by itself.

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or by sudo (which may ask for a password only where somebody can type it).
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

can_install() { have apt-get && { [ "$(id -u)" = 0 ] || have sudo; }; }

# Whether anything that this machine lacks can be found by its name.
has_compiler() { have cc; }
has_postgres() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || have initdb; }
has_chinese_font() {
    ls /usr/share/fonts/opentype/noto/*CJK* >/dev/null 2>&1 || [ -n "$(fc-list :lang=zh 2>/dev/null || true)" ]
}

# Debian packages for what is wanted (compiler, font, postgres, patroni, office, powercut, browser) and not here, one word each.
missing_packages() {
    local want
    for want in "$@"; do
        case $want in
        compiler) has_compiler || echo gcc libc6-dev ;;
        font) has_chinese_font || echo fonts-noto-cjk ;;
        postgres) has_postgres || echo postgresql ;;
        patroni)
            have patroni || echo patroni python3-etcd
            have etcd || echo etcd-server
            ;;
        office)
            have soffice || echo libreoffice-writer-nogui
            have pdftotext || echo poppler-utils
            ;;
        powercut) /usr/bin/python3 -c 'import fusepy' 2>/dev/null || echo python3-fusepy fuse3 ;;
        browser)
            have chromium || echo chromium
            have chromedriver || echo chromium-driver
            ;;
        esac
    done
}

# Installs packages by apt. Asks the network for news only when there is something to install.
install_packages() {
    as_root apt-get update -qq </dev/null &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}
