# bash completion for re6st-registry: put it into /usr/share/bash-completion/completions/re6st-registry
_re6st_registry() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="init list show revoke token ca backup restore migrate verify audit"
    local options="--port --tls-cert --tls-key --tls-port --tls-only --tls-client-ca --db --db-password-file --dh --ca --key --mailhost
        --smtp-user --smtp-pwd --smtp-starttls --private --prefix-length --anonymous-prefix-length --ipv4 --logfile --run
        --verbose --min-protocol --authorized-origin --proxy --host --home --admin-password-file --community
        --grace-period --hello --encrypt --client-count --max-clients --tunnel-refresh --same-country --help --version"
    case $previous in
        -r | --run | --home | --dir)
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            return
            ;;
        --ca | --key | --db | --db-password-file | --dh | --config | -l | --logfile | --tls-cert | --tls-key | --tls-client-ca | --community | \
            --admin-password-file | --mailhost)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
            ;;
    esac
    if [ "$COMP_CWORD" -eq 1 ] && [[ $word != -* && $word != @* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    elif [[ $word == @* ]]; then
        mapfile -t COMPREPLY < <(compgen -P @ -f -- "${word#@}")
    elif [ "$COMP_CWORD" -eq 2 ] && [[ $word != -* ]]; then
        case $previous in
            token) mapfile -t COMPREPLY < <(compgen -W "add list delete" -- "$word") ;;
            ca) mapfile -t COMPREPLY < <(compgen -W "renew" -- "$word") ;;
            audit) mapfile -t COMPREPLY < <(compgen -W "verify" -- "$word") ;;
            backup | restore | migrate) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        esac
    elif [[ " $commands " == *" ${COMP_WORDS[1]} "* ]]; then
        local own="--config --db --db-password-file --ca --key --json --help --version"
        [ "${COMP_WORDS[1]}" != migrate ] || own="--ca --key --db-password-file --json --help --version"
        [ "${COMP_WORDS[1]}" != init ] || own="--network --dir --db --name --email --bits --days --json --help --version"
        mapfile -t COMPREPLY < <(compgen -W "$own" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    fi
}
complete -o filenames -F _re6st_registry re6st-registry
