using AdmissionGuard.Kubernetes.AccessReviews;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>Questions for permissions.</summary>
internal static class AccessQuestions
{
    /// <summary>One for each verb, on every object of a kind.</summary>
    public static IEnumerable<AccessQuestion> On(string group, string plural, params IEnumerable<string> verbs) =>
        verbs.Select(verb => new AccessQuestion(group, "v1", plural, verb, ""));

    /// <summary>A permission in words.</summary>
    public static string Shown(AccessQuestion right) => string.Concat(
        $"{right.Verb} {right.Resource}",
        right.Group.Length == 0 ? "" : $".{right.Group}",
        right.Name.Length == 0 ? "" : $" {right.Name}",
        right.Namespace.Length == 0 ? "" : $" in {right.Namespace}");
}
