namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>A cluster's <c>server</c>.</summary>
internal static class ServerAddress
{
    /// <summary>Reads an address as kubectl does: without a scheme it is one of plain HTTP, and a query does not count.</summary>
    /// <param name="text">The address.</param>
    /// <returns>The address, ending in a slash so that a path in it stays; <see langword="null"/> if it is none.</returns>
    public static Uri? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return Uri.TryCreate($"http://{text}", UriKind.Absolute, out var host) && host.AbsolutePath == "/" ? Base(host) : null;
        }

        return Base(uri);
    }

    private static Uri? Base(Uri uri) => uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Host.Length > 0
        ? new Uri($"{uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/")
        : null;
}
