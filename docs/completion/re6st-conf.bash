# bash completion for re6st-conf: put it into /usr/share/bash-completion/completions/re6st-conf
_re6st_conf() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local options="--registry --is-needed --ca-only --req --email --token --anonymous --fingerprint --location --tls-ca
        --dir --help --version"
    case $previous in
        -d | --dir) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --tls-ca) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
    esac
}
complete -o filenames -F _re6st_conf re6st-conf
