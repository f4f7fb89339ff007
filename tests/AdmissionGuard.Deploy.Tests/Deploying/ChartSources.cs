using System.Text.RegularExpressions;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>What the chart takes over from the base as text, which Helm can't read outside of the chart.</summary>
internal static partial class ChartSources
{
    /// <summary>The account and its permissions, for whatever namespace, tenants and verbs.</summary>
    public static string Rights()
    {
        var documents = Base("rbac.yaml")
            .Split("\n---\n")
            .Select(document => string.Join('\n', document.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))).Trim('\n'));
        var text = string.Join("\n---\n", documents)
            .Replace(
                "    app.kubernetes.io/name: admissionguard",
                "    {{- include \"admissionguard.labels\" . | nindent 4 }}",
                StringComparison.Ordinal)
            .Replace("namespace: admissionguard-system", "namespace: {{ .Release.Namespace }}", StringComparison.Ordinal)
            .Replace("resourceNames: [admissionguard-system]", "resourceNames: [{{ .Release.Namespace }}]", StringComparison.Ordinal)
            .Replace(
                "apiGroups: [capsule.clastix.io]\n    resources: [tenants]",
                "apiGroups: [{{ $tenant.group }}]\n    resources: [{{ $tenant.plural }}]",
                StringComparison.Ordinal);
        var rules = Verbs().Replace(text, list => GuardVerb().Replace(list.Value, verb => "{{ $verbs." + verb.Value + " }}"));
        return $$$"""
            {{- /* Generated from deploy/base/rbac.yaml, which explains the permissions. To regenerate it, run the tests with UPDATE_GENERATED=1. */ -}}
            {{- include "admissionguard.check" . -}}
            {{- $tenant := include "admissionguard.tenant" . | fromYaml -}}
            {{- $verbs := include "admissionguard.verbs" . | fromYaml -}}
            {{{rules}}}

            """;
    }

    /// <summary>How the container is reached and probed, and how long it may take to end.</summary>
    public static string Pod()
    {
        var deployment = Base("deployment.yaml");
        var lines = deployment.Split('\n');
        var (from, to) = (Array.IndexOf(lines, "          ports:"), Array.IndexOf(lines, "          resources:"));
        var container = string.Join('\n', lines[from..to].Where(line => !line.TrimStart().StartsWith('#')).Select(line => line[10..]));
        return $$$"""
            {{- /* Generated from deploy/base/deployment.yaml. To regenerate it, run the tests with UPDATE_GENERATED=1. */ -}}
            {{- define "admissionguard.gracePeriod" -}}
            {{{GracePeriod().Match(deployment).Groups[1].Value}}}
            {{- end }}

            {{- define "admissionguard.portsAndProbes" -}}
            {{{container}}}
            {{- end }}

            """;
    }

    private static string Base(string file) => File.ReadAllText(Repository.File("deploy", "base", file));

    /// <summary>A manifest with the condition <c>touches-tenancy</c> in it; without a manifest, the condition alone.</summary>
    public static string WithCondition(string manifest, string condition)
    {
        var lines = manifest.Split('\n').ToList();
        var name = lines.FindIndex(line => line.TrimEnd().EndsWith("- name: touches-tenancy", StringComparison.Ordinal));
        if (name < 0)
        {
            return condition;
        }

        Assert.EndsWith("expression: |", lines[name + 1], StringComparison.Ordinal);
        var indent = lines[name + 1].Length - lines[name + 1].TrimStart().Length + 2;
        var end = lines.FindIndex(name + 2, line => line.Length - line.TrimStart().Length < indent);
        lines.RemoveRange(name + 2, end - name - 2);
        lines.InsertRange(name + 2, condition.TrimEnd('\n').Split('\n').Select(line => new string(' ', indent) + line));
        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"verbs: \[[^\]]*\]")]
    private static partial Regex Verbs();

    [GeneratedRegex(@"\b(release|adopt|override)\b")]
    private static partial Regex GuardVerb();

    [GeneratedRegex(@"terminationGracePeriodSeconds: (\d+)")]
    private static partial Regex GracePeriod();
}
