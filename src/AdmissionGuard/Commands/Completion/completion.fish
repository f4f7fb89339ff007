# fish completion for admissionguard.
# Load it in this shell: admissionguard completion fish | source
function __admissionguard_complete
    set -l program (commandline -opc)[1]
    set -l line (string join ' ' -- admissionguard (commandline -opc)[2..-1] (commandline -ct))
    set -l found ($program "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
    if test "$found[1]" = :files
        __fish_complete_path (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    else
        string join \n -- $found
    end
end
complete -c admissionguard -f -a '(__admissionguard_complete)'
