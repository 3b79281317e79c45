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
    usage >&2
    exit 2
}
