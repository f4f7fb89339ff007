#compdef admissionguard
# zsh completion for admissionguard.
# Load it in this shell, after compinit: source <(admissionguard completion zsh)
_admissionguard() {
    local line="admissionguard ${(j: :)words[2,CURRENT]}"
    local -a found
    found=("${(@f)$(${(Q)words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
    if [[ $found[1] == :files ]]; then
        compset -P '--*='
        _files
    elif [[ -n $found[1] ]]; then
        compadd -- "${found[@]}"
    fi
}
compdef _admissionguard admissionguard
