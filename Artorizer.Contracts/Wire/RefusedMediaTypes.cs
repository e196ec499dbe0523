namespace Artorizer.Contracts.Wire;

/// <summary>Media types that are never read, and why. The sentence goes into the 415 answer.</summary>
public static class RefusedMediaTypes
{
    private static readonly (string Mark, string Reason)[] Marks =
    [
        ("pickle", "Python pickle runs code that the sender chooses while it is read, so it is never accepted."),
        ("yaml",
            "YAML is not accepted: tags let a sender choose the types that are made while it is read, "
            + "and aliases let a small body grow without bound."),
        ("java-serialized-object", "Java serialisation makes objects of classes that the sender chooses, which runs code, so it is never accepted."),
        ("java-object", "Java serialisation makes objects of classes that the sender chooses, which runs code, so it is never accepted."),
        ("dotnet-binary", ".NET binary serialisation makes objects of types that the sender chooses, which runs code, so it is never accepted."),
        ("binaryformatter", ".NET binary serialisation makes objects of types that the sender chooses, which runs code, so it is never accepted."),
        ("ms-nrbf", ".NET binary serialisation makes objects of types that the sender chooses, which runs code, so it is never accepted."),
        ("ms-netremoting", ".NET binary serialisation makes objects of types that the sender chooses, which runs code, so it is never accepted."),
        ("php-serialized", "PHP serialisation makes objects of classes that the sender chooses, which runs code, so it is never accepted."),
        ("ruby-marshal", "Ruby Marshal makes objects of classes that the sender chooses, which runs code, so it is never accepted."),
    ];

    /// <summary>Why a media type is refused; <see langword="null"/> if it is not on the list.</summary>
    /// <param name="mediaType">Any case, parameters ignored.</param>
    public static string? ReasonFor(string mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        var bare = (end < 0 ? mediaType : mediaType[..end]).AsSpan().Trim();
        foreach (var (mark, reason) in Marks)
        {
            if (bare.Contains(mark, StringComparison.OrdinalIgnoreCase))
            {
                return reason;
            }
        }

        return null;
    }
}
