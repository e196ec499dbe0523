using Artorizer.Contracts.Api;
using Artorizer.Imaging;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Protect;

/// <summary>Streams an image into the store, never holding more of it than a buffer.</summary>
internal sealed class ImageIntake(IObjectStore objects, IOptionsMonitor<RouterLimits> limits)
{
    /// <summary>A check of one image under the limits that hold now.</summary>
    /// <param name="declaration">What the sender says of it.</param>
    public ImageCheck NewCheck(ImageDeclaration declaration)
    {
        var limit = limits.CurrentValue;
        var inspector = new ImageInspector(new ImageLimits { MaxPixels = limit.MaxPixels, MaxSide = limit.MaxSide, MaxFrames = limit.MaxFrames });
        return new ImageCheck(inspector, limit.MaxFileBytes, declaration);
    }

    /// <summary>Stores an image under <paramref name="key"/>. On any error nothing stays behind.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="declaration">What the sender says of them.</param>
    /// <param name="key">Key in the object store.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    public async Task<OriginalImage> StoreAsync(Stream content, ImageDeclaration declaration, string key, CancellationToken cancellationToken)
    {
        if (declaration.Length > limits.CurrentValue.MaxFileBytes)
        {
            throw ApiException.TooLarge(limits.CurrentValue.MaxFileBytes);
        }

        using var check = NewCheck(declaration);
        await using var inspecting = new InspectingStream(content, check, declaration);
        var format = await inspecting.ReadFormatAsync(cancellationToken);
        var options = new ObjectPutOptions { ContentType = format.MediaType, Length = declaration.Length };
        await objects.PutAsync(key, inspecting, options, cancellationToken);
        return Describe(check, declaration, key);
    }

    /// <summary>Stores an image that has been checked already, byte by byte as it came.</summary>
    /// <param name="content">The same bytes again.</param>
    /// <param name="check">What has seen all of them.</param>
    /// <param name="declaration">What the sender says of them.</param>
    /// <param name="key">Key in the object store.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    public async Task<OriginalImage> StoreCheckedAsync(
        Stream content, ImageCheck check, ImageDeclaration declaration, string key, CancellationToken cancellationToken)
    {
        var original = Describe(check, declaration, key);
        var options = new ObjectPutOptions { ContentType = original.ContentType, Length = original.Length };
        await objects.PutAsync(key, content, options, cancellationToken);
        return original;
    }

    private static OriginalImage Describe(ImageCheck check, ImageDeclaration declaration, string key)
    {
        var inspection = check.Complete();
        var format = inspection.Format!;
        return new OriginalImage
        {
            Key = key,
            FileName = declaration.FileName ?? "image." + format.FileExtension,
            ContentType = format.MediaType,
            Format = format.Id,
            DeclaredFormat = declaration.Mistaken(format)?.Id,
            Length = check.Length,
            Sha256 = check.Sha256(),
            Width = inspection.Width ?? 0,
            Height = inspection.Height ?? 0,
        };
    }
}
