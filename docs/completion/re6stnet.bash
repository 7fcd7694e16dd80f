# bash completion for re6stnet: put it into /usr/share/bash-completion/completions/re6stnet
_re6stnet() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="status tunnels peers routes trace top doctor reload"
    local options="--ip --registry --log --run --state --verbose --interface --main-interface --multicast --up --daemon
        --metrics --test --console --country --default --table --gateway --ovpnlog --pp --dh --ca --cert --key --tls-ca
        --client-count --max-clients --remote-gateway --disable-proto --client --no-private --neighbour --help --version"
    case $previous in
        -r | --run | -l | --log | -s | --state)
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            return
            ;;
        --ca | --cert | --key | --dh | --config)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
            ;;
    esac
    if [ "$COMP_CWORD" -eq 1 ] && [[ $word != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    elif [[ $word == @* ]]; then
        mapfile -t COMPREPLY < <(compgen -P @ -f -- "${word#@}")
    elif [[ " $commands " == *" ${COMP_WORDS[1]} "* ]]; then
        local own="--run --help"
        [ "${COMP_WORDS[1]}" = top ] || own+=" --json"
        [ "${COMP_WORDS[1]}" = doctor ] && own+=" --config"
        mapfile -t COMPREPLY < <(compgen -W "$own" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    fi
}
complete -o filenames -F _re6stnet re6stnet
