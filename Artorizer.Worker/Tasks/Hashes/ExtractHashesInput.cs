using System.ComponentModel.DataAnnotations;

namespace Artorizer.Worker.Tasks.Hashes;

/// <summary>Data of <c>extract_hashes</c> in their object form; the bytes of the image alone are understood as well.</summary>
internal sealed record ExtractHashesInput : IValidatableObject
{
    public ReadOnlyMemory<byte>? Image { get; init; }

    public Uri? ImageUrl { get; init; }

    /// <summary>Names of <see cref="Hashes.HashTypes"/>; all when absent or empty.</summary>
    [MaxLength(32)]
    public string[]? HashTypes { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Image is null == ImageUrl is null)
        {
            yield return new ValidationResult("exactly one of image and image_url is needed", [nameof(Image), nameof(ImageUrl)]);
        }
    }
}
