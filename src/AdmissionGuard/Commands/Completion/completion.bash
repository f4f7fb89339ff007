# bash completion for admissionguard.
# Load it in this shell: source <(admissionguard completion bash)
_admissionguard() {
    local line=${COMP_LINE:0:COMP_POINT} typed=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} current kept word
    # An alias or a path of the program is not part of the question.
    line="admissionguard${line#*"$program"}"
    current=${line##* }
    # bash also splits words at = and :, and replaces only what follows.
    [[ $typed == [=:] ]] && typed=
    kept=${current%"$typed"}
    COMPREPLY=()
    while IFS= read -r word; do
        if [[ $word == :files ]]; then
            compopt -o default
            return
        fi
        COMPREPLY+=("${word#"$kept"}")
    done < <("${program/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -F _admissionguard admissionguard
