# options.sh: what all scripts with options do alike; for other scripts to read
# in, which have a function usage.

# Help, or nothing that the script knows: its usage, and its end.
end_with_usage() { # OPTION
    case $1 in
    --help | -h)
        usage
        exit 0
        ;;
    esac
    printf '%s: there is no option %s\n' "${0##*/}" "$1" >&2
    usage >&2
    exit 2
}
