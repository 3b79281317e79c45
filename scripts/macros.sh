#!/bin/sh
# macros.sh: names that are macros of a system's headers, and that C's template
# therefore keeps free: prints those that templates/c/lang.yaml lacks.
#
#   macros.sh [CC...]            asks the headers of POSIX as CC finds them
#   macros.sh --folder DIR...    reads headers of another system, as a BSD's
#
# A macro counts where it has no parameters and stands for more than another
# name: a member called like it would not compile behind the header. One that
# only renames (`stat64 stat`) does so to members everywhere alike.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

headers="aio arpa/inet arpa/nameser assert byteswap complex cpio ctype dirent
dlfcn elf endian err errno fcntl fenv float fmtmsg fnmatch ftw getopt glob grp
iconv ifaddrs inttypes iso646 langinfo libgen limits link locale malloc math
mntent monetary mqueue ndbm net/ethernet net/if net/if_arp net/route netdb
netinet/icmp6 netinet/if_ether netinet/in netinet/ip netinet/ip6
netinet/ip_icmp netinet/tcp netinet/udp nl_types paths poll pthread pty pwd
regex resolv sched search semaphore setjmp shadow signal spawn stdarg stdbool
stddef stdint stdio stdlib string strings stropts sys/epoll sys/eventfd
sys/inotify sys/ioctl sys/ipc sys/mman sys/msg sys/param sys/ptrace sys/queue
sys/quota sys/random sys/resource sys/select sys/sem sys/sendfile sys/shm
sys/signalfd sys/socket sys/stat sys/statfs sys/statvfs sys/sysinfo
sys/sysmacros sys/time sys/timerfd sys/times sys/types sys/ucontext sys/uio
sys/un sys/user sys/utsname sys/vfs sys/wait sys/xattr syslog tar termios
tgmath time trace ucontext ulimit unistd utime utmp utmpx wchar wctype wordexp"

# `#define NAME TEXT`, where the text is no name.
names() {
    tr '\t' ' ' |
        sed -n 's|^ *# *define  *\([a-z][a-zA-Z0-9_]*\)  *\(.*\)$|\1 \2|p' |
        sed 's|/\*.*||; s|//.*||' |
        awk 'NF > 1 && !(NF == 2 && $2 ~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
            print $1
        }'
}

if [ "${1:-}" = --folder ]; then
    shift
    found=$(find "$@" -name '*.h' -exec cat {} + | names)
else
    found=$(for cc in "${@:-cc}"; do
        for header in $headers; do
            printf '#define _GNU_SOURCE 1\n#include <%s.h>\n' "$header" |
                "$cc" -E -dM -x c - 2>/dev/null || true
        done
    done | names)
fi

# Whole lines of the list.
missing=$(printf '%s\n' "$found" | LC_ALL=C sort -u |
    while read -r name; do
        grep -qx -e "  - \"\{0,1\}$name\"\{0,1\}" \
            "$root/templates/c/lang.yaml" || echo "  - $name"
    done)
[ -z "$missing" ] || {
    echo "$missing"
    exit 1
}
