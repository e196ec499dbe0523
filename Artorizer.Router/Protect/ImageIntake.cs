using Artorizer.Contracts.Api;
using Artorizer.Contracts.Images;
using Artorizer.Infrastructure.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Protect;

/// <summary>Streams an image into the store, never holding more of it than a buffer.</summary>
internal sealed class ImageIntake(IObjectStore objects, IOptionsMonitor<RouterLimits> limits)
{
    /// <summary>Stores an image under <paramref name="key"/>. On any error nothing stays behind.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="declaration">What the sender says of them.</param>
    /// <param name="key">Key in the object store.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    public async Task<OriginalImage> StoreAsync(Stream content, ImageDeclaration declaration, string key, CancellationToken cancellationToken)
    {
        var limit = limits.CurrentValue;
        if (declaration.Length > limit.MaxFileBytes)
        {
            throw ApiException.TooLarge(limit.MaxFileBytes);
        }

        var inspector = new ImageInspector(new ImageLimits { MaxPixels = limit.MaxPixels, MaxSide = limit.MaxSide, MaxFrames = limit.MaxFrames });
        await using var inspecting = new InspectingStream(content, inspector, limit.MaxFileBytes, declaration);

        var format = await inspecting.ReadFormatAsync(cancellationToken);
        var options = new ObjectPutOptions { ContentType = format.MediaType, Length = declaration.Length };
        await objects.PutAsync(key, inspecting, options, cancellationToken);
        var inspection = inspector.Complete();
        return new OriginalImage
        {
            Key = key,
            FileName = declaration.FileName ?? "image." + format.FileExtension,
            ContentType = format.MediaType,
            Format = format.Name.ToLowerInvariant(),
            Length = inspecting.BytesRead,
            Sha256 = inspecting.Sha256(),
            Width = inspection.Width ?? 0,
            Height = inspection.Height ?? 0,
        };
    }
}
