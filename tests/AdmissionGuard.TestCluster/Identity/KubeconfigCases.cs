using System.Collections.Frozen;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>Kubeconfigs that use every field there is, rightly and wrongly.</summary>
public static class KubeconfigCases
{
    private const string Cluster = "server: https://HOST, certificate-authority: ca.crt";
    private const string User = "token: of-user";

    private const string Plugin =
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [FOLDER/plugin.sh], interactiveMode: Never}";

    /// <summary>Those that can be used, by what they show.</summary>
    public static FrozenDictionary<string, string> Accepted { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["token"] = Of(Cluster, User),
        ["tokenFile"] = Of(Cluster, "tokenFile: token"),
        ["tokenFile before token"] = Of(Cluster, "token: of-user, tokenFile: token"),
        ["token where tokenFile is missing"] = Of(Cluster, "token: of-user, tokenFile: missing"),
        ["username and password"] = Of(Cluster, "username: me, password: 'pass:wörd'"),
        ["username alone"] = Of(Cluster, "username: me"),
        ["client certificate by file"] = Of(Cluster, "client-certificate: client.crt, client-key: client.key"),
        ["client certificate by data"] = Of(Cluster, "client-certificate-data: CERTIFICATE_DATA, client-key-data: KEY_DATA"),
        ["client certificate by file, key by data"] = Of(Cluster, "client-certificate: client.crt, client-key-data: KEY_DATA"),
        ["client certificate and token"] = Of(Cluster, "client-certificate: client.crt, client-key: client.key, token: of-user"),
        ["client certificate and username"] = Of(
            Cluster, "client-certificate: client.crt, client-key: client.key, username: me, password: p"),
        ["client key without certificate beside a token"] = Of(Cluster, "client-key: missing, token: of-user"),
        ["as"] = Of(Cluster, $"{User}, as: alice"),
        ["as with groups, a UID and extra"] = Of(Cluster, $"{User}, as: 'system:serviceaccount:a:b', as-uid: '06f6ce97', as-groups: [dev, 'ops, all', dev]"
            + ", as-user-extra: {scopes: [view, 'edit, all'], 'Example.com/Reason%': ['why not'], empty: []}"),
        ["as with characters beyond ASCII"] = Of(Cluster, $"{User}, as: jöhn, as-groups: ['größe', b]"),
        ["as with a client certificate"] = Of(
            Cluster, "client-certificate: client.crt, client-key: client.key, as: alice, as-groups: [dev, ops]"),
        ["exec"] = Of(Cluster, Plugin),
        ["exec of v1beta1 without interactiveMode"] = Of(Cluster, "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: /bin/sh, args: [FOLDER/plugin.sh]"
            + ", env: [{name: VERSION, value: client.authentication.k8s.io/v1beta1}]}"),
        ["exec that is told of the cluster"] = Of(
            $"{Cluster}, tls-server-name: 127.0.0.1, disable-compression: true, extensions: [{{name: client.authentication.k8s.io/exec, extension: {{audience: it, n: [1, true]}}}}]",
            Plugin.Replace("interactiveMode", "provideClusterInfo: true, interactiveMode", StringComparison.Ordinal)),
        ["exec that is not told of the cluster"] = Of($"{Cluster}, disable-compression: true", Plugin),
        ["exec beside a token"] = Of(
            Cluster, $"{User}, exec: {{apiVersion: client.authentication.k8s.io/v1, command: missing, interactiveMode: Never}}"),
        ["exec beside a client certificate"] = Of(Cluster, "client-certificate: client.crt, client-key: client.key"
            + ", exec: {apiVersion: client.authentication.k8s.io/v1, command: missing, interactiveMode: Never}"),
        ["certificate authority by data"] = Of("server: https://HOST, certificate-authority-data: CA_DATA", User),
        ["certificate authority by absolute path"] = Of("server: https://HOST, certificate-authority: FOLDER/ca.crt", User),
        ["server with a slash"] = Of("server: https://HOST/, certificate-authority: ca.crt", User),
        ["server with a path"] = Of("server: https://HOST/k8s/clusters/one, certificate-authority: ca.crt", User),
        ["server with a path, a slash and a query"] = Of("server: 'https://HOST/k8s/?a=b#c', certificate-authority: ca.crt", User),
        ["insecure-skip-tls-verify"] = Of("server: https://HOST, insecure-skip-tls-verify: true", User),
        ["insecure-skip-tls-verify as YAML 1.1 says it"] = Of("server: https://HOST, insecure-skip-tls-verify: yes", User),
        ["insecure-skip-tls-verify: false"] = Of($"{Cluster}, insecure-skip-tls-verify: false", User),
        ["empty proxy-url, tls-server-name and as"] = Of(
            $"{Cluster}, proxy-url: '', tls-server-name: ''", $"{User}, as: '', as-groups: []"),
        ["fields that are null"] = Of(
            $"{Cluster}, proxy-url: null, tls-server-name: ~, insecure-skip-tls-verify:",
            $"{User}, as:, as-groups: null, exec: null, auth-provider: ~"),
        ["unknown fields"] = Of($"{Cluster}, colour: green", $"{User}, Token: other, impersonate: bob") + "\nmore: {nothing: 1}\n",
        ["without kind and apiVersion"] = Of(Cluster, User).Replace("apiVersion: v1\nkind: Config\n", "", StringComparison.Ordinal),
        ["JSON"] = """
            {"apiVersion": "v1", "kind": "Config", "current-context": "it",
            	"contexts": [{"name": "it", "context": {"cluster": "here", "user": "me"}}],
            	"clusters": [{"name": "here", "cluster": {"server": "https://HOST", "certificate-authority": "ca.crt"}}],
            	"users": [{"name": "me", "user": {"token": "of-\u0075ser"}}]}
            """,
        ["the first of several documents"] = $"{Of(Cluster, User)}\n---\n{Of(Cluster, "token: other")}",
        ["aliases and merge keys"] = Of("<<: &base {server: https://HOST}, certificate-authority: ca.crt", User)
            .Replace("users: [", "users: [{name: other, user: &other {token: of-user, as: alice}}, ", StringComparison.Ordinal)
            .Replace(User + "}", "<<: *other, as: bob}", StringComparison.Ordinal),
        ["the last of two equal keys"] = Of(Cluster, "token: other, token: of-user"),
        ["a quoted number for a token"] = Of(Cluster, "token: '1234'"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Those that can't be used, by what they show.</summary>
    public static FrozenDictionary<string, string> Refused { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["a number for a token"] = Of(Cluster, "token: 1234"),
        ["a Boolean for a token"] = Of(Cluster, "token: yes"),
        ["tokenFile that is missing"] = Of(Cluster, "tokenFile: missing"),
        ["tokenFile that is empty"] = Of(Cluster, "tokenFile: empty"),
        ["token and username"] = Of(Cluster, $"{User}, username: me, password: p"),
        ["token and password"] = Of(Cluster, $"{User}, password: p"),
        ["tokenFile and username"] = Of(Cluster, "tokenFile: token, username: me, password: p"),
        ["token with a line break"] = Of(Cluster, "token: \"of\\nuser\""),
        ["client certificate twice"] = Of(
            Cluster, "client-certificate: client.crt, client-certificate-data: CERTIFICATE_DATA, client-key: client.key"),
        ["client key twice"] = Of(Cluster, "client-certificate: client.crt, client-key: client.key, client-key-data: KEY_DATA"),
        ["client certificate without key"] = Of(Cluster, "client-certificate: client.crt"),
        ["client certificate and another key"] = Of(Cluster, "client-certificate: client.crt, client-key: other.key"),
        ["client certificate that is missing"] = Of(Cluster, "client-certificate: missing, client-key: client.key"),
        ["client key that is missing"] = Of(Cluster, "client-certificate: client.crt, client-key: missing"),
        ["client certificate by data that is no base64"] = Of(Cluster, "client-certificate-data: 'no base64', client-key: client.key"),
        ["as-groups without as"] = Of(Cluster, $"{User}, as-groups: [dev]"),
        ["as-uid without as"] = Of(Cluster, $"{User}, as-uid: '1'"),
        ["as-user-extra without as"] = Of(Cluster, $"{User}, as-user-extra: {{scopes: [view]}}"),
        ["as-groups that are no list"] = Of(Cluster, $"{User}, as: alice, as-groups: dev"),
        ["as with a line break"] = Of(Cluster, $"{User}, as: \"al\\nice\""),
        ["auth-provider"] = Of(Cluster, "auth-provider: {name: gcp, config: {access-token: of-user}}"),
        ["auth-provider beside exec"] = Of(Cluster, $"auth-provider: {{name: oidc}}, {Plugin}"),
        ["exec of v1 without interactiveMode"] = Of(
            Cluster, "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [FOLDER/plugin.sh]}"),
        ["exec of an unknown interactiveMode"] = Of(Cluster, Plugin.Replace("Never", "Sometimes", StringComparison.Ordinal)),
        ["exec that needs a person"] = Of(Cluster, Plugin.Replace("Never", "Always", StringComparison.Ordinal)),
        ["exec without apiVersion"] = Of(Cluster, "exec: {command: /bin/sh, args: [FOLDER/plugin.sh], interactiveMode: Never}"),
        ["exec of an unknown apiVersion"] = Of(Cluster, Plugin.Replace("/v1", "/v2", StringComparison.Ordinal)),
        ["exec without command"] = Of(Cluster, "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}"),
        ["exec with a variable without a name"] = Of(
            Cluster, Plugin.Replace("interactiveMode", "env: [{value: x}], interactiveMode", StringComparison.Ordinal)),
        ["exec whose command is missing"] = Of(Cluster, Plugin.Replace("/bin/sh", "missing", StringComparison.Ordinal)),
        ["certificate authority twice"] = Of($"{Cluster}, certificate-authority-data: CA_DATA", User),
        ["certificate authority that is missing"] = Of("server: https://HOST, certificate-authority: missing", User),
        ["certificate authority that is a folder"] = Of("server: https://HOST, certificate-authority: .", User),
        ["certificate authority by data that is no base64"] = Of("server: https://HOST, certificate-authority-data: 'not base64!'", User),
        ["certificate authority by data that holds no certificate"] = Of(
            "server: https://HOST, certificate-authority-data: bm90aGluZw==", User),
        ["insecure-skip-tls-verify and a certificate authority"] = Of($"{Cluster}, insecure-skip-tls-verify: true", User),
        ["insecure-skip-tls-verify as text"] = Of("server: https://HOST, insecure-skip-tls-verify: 'true'", User),
        ["server that is missing"] = Of("certificate-authority: ca.crt", User),
        ["server with another scheme"] = Of("server: ftp://HOST, certificate-authority: ca.crt", User),
        ["server without a scheme and with a path"] = Of("server: HOST/path, certificate-authority: ca.crt", User),
        ["proxy-url with another scheme"] = Of($"{Cluster}, proxy-url: ftp://127.0.0.1:1", User),
        ["proxy-url without a scheme"] = Of($"{Cluster}, proxy-url: '127.0.0.1:1'", User),
        ["proxy-url socks5h"] = Of($"{Cluster}, proxy-url: 'socks5h://127.0.0.1:1'", User),
        ["clusters that are no list"] = Of(Cluster, User)
            .Replace("clusters: [{name: here, ", "clusters: {name: here, ", StringComparison.Ordinal)
            .Replace("}}]\nusers", "}}\nusers", StringComparison.Ordinal),
        ["two clusters of one name"] = Of(Cluster, User).Replace(
            "clusters: [", "clusters: [{name: here, cluster: {server: https://HOST}}, ", StringComparison.Ordinal),
        ["two users of one name"] = Of(Cluster, User).Replace(
            "users: [", "users: [{name: me, user: {token: other}}, ", StringComparison.Ordinal),
        ["two contexts of one name"] = Of(Cluster, User).Replace(
            "contexts: [", "contexts: [{name: it, context: {cluster: here, user: me}}, ", StringComparison.Ordinal),
        ["a wrong type in a user that is not used"] = Of(Cluster, User).Replace(
            "users: [", "users: [{name: other, user: {token: [1]}}, ", StringComparison.Ordinal),
        ["current-context that is not there"] = Of(Cluster, User).Replace(
            "current-context: it", "current-context: other", StringComparison.Ordinal),
        ["current-context that is empty"] = Of(Cluster, User).Replace(
            "current-context: it", "current-context: ''", StringComparison.Ordinal),
        ["a context whose cluster is not there"] = Of(Cluster, User).Replace("cluster: here,", "cluster: other,", StringComparison.Ordinal),
        ["a context whose user is not there"] = Of(Cluster, User).Replace("user: me}", "user: other}", StringComparison.Ordinal),
        ["another kind"] = Of(Cluster, User).Replace("kind: Config", "kind: Pod", StringComparison.Ordinal),
        ["another apiVersion"] = Of(Cluster, User).Replace("apiVersion: v1", "apiVersion: v2", StringComparison.Ordinal),
        ["text instead of a mapping"] = "just text",
        ["no YAML"] = "clusters: [",
        ["nothing"] = "",
        ["a comment alone"] = "# nothing\n",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static string Of(string cluster, string user) =>
        "apiVersion: v1\nkind: Config\ncurrent-context: it\n"
        + "contexts: [{name: it, context: {cluster: here, user: me}}]\n"
        + $"clusters: [{{name: here, cluster: {{{cluster}}}}}]\nusers: [{{name: me, user: {{{user}}}}}]\n";
}
