# PowerShell completion for admissionguard.
# Load it in this shell: admissionguard completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName admissionguard -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program = $commandAst.CommandElements[0].Extent
    $typed = $commandAst.Extent.Text.PadRight($cursorPosition - $commandAst.Extent.StartOffset)
    $typed = $typed.Substring(0, $cursorPosition - $commandAst.Extent.StartOffset)
    $line = 'admissionguard' + $typed.Substring($program.Text.Length)
    # Without a result, PowerShell completes the names of files.
    & $program.Text "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
