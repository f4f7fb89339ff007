namespace AdmissionGuard.Aot.Tests;

/// <summary>Something that lies in the image.</summary>
/// <param name="Path">Where, from its top.</param>
/// <param name="Kind">What, as find says it: <c>f</c> a file, <c>d</c> a folder, <c>l</c> a link.</param>
/// <param name="Owner">The number of the user that it belongs to.</param>
/// <param name="Mode">What may be done with it.</param>
/// <param name="IsOfTheBase">Whether the base image holds it.</param>
public sealed record ImageFile(string Path, string Kind, string Owner, UnixFileMode Mode, bool IsOfTheBase);
