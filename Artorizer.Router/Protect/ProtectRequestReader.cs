using System.Text;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs.Engine;
using Artorizer.Router.Errors;
using Artorizer.Router.Limits;
using Artorizer.Router.Negotiation;
using Artorizer.Router.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Router.Protect;

/// <summary>Reads <c>POST /protect</c> in each of its forms: multipart, raw image body, or a message that names or carries the image.</summary>
internal sealed class ProtectRequestReader(
    ImageIntake intake, ReferencedImages referenced, EngineCatalog catalog, IOptionsMonitor<RouterLimits> limits)
{
    private const int MaxBoundaryLength = 200;
    private const int BufferSize = 64 * 1024;
    private const long MultipartOverhead = 1 << 20;

    /// <summary>Reads the request and stores its image under <paramref name="key"/>.</summary>
    public async Task<ReceivedImage> ReadAsync(HttpContext http, string key)
    {
        var fields = new ProtectFields();
        foreach (var (name, values) in http.Request.Query)
        {
            AddQuery(fields, name, values);
        }

        var type = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var parsed) ? parsed : null;
        if (type is not null && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadMultipartAsync(http, type, fields, key);
        }

        if (type is not null && type.Type.Equals("image", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadRawAsync(http, type, fields, key);
        }

        byte[]? image = null;
        foreach (var field in await Wire.ReadFieldsAsync(http, limits.CurrentValue.MaxMessageBytes))
        {
            // Binary formats can carry a small image in the message itself.
            if (field is { Name: ProtectFieldNames.Image, Value: byte[] bytes } && image is null)
            {
                image = bytes;
                continue;
            }

            fields.Add(field);
        }

        if (image is null)
        {
            return await referenced.ReceiveAsync(fields, http.Owner(), key, http.RequestAborted);
        }

        ReferencedImages.Refuse(fields);
        var settings = ProtectionParameters.From(fields, catalog.Known);
        await using var content = new MemoryStream(image, writable: false);
        var declaration = new ImageDeclaration(null, null, image.Length);
        return new ReceivedImage(settings, await intake.StoreAsync(content, declaration, key, http.RequestAborted));
    }

    private async Task<ReceivedImage> ReadRawAsync(HttpContext http, MediaTypeHeaderValue type, ProtectFields fields, string key)
    {
        ReferencedImages.Refuse(fields);
        var settings = ProtectionParameters.From(fields, catalog.Known);
        AllowFile(http, 0);
        var declaration = new ImageDeclaration(null, type.MediaType.Value, http.Request.ContentLength);
        return new ReceivedImage(settings, await intake.StoreAsync(http.Request.Body, declaration, key, http.RequestAborted));
    }

    private async Task<ReceivedImage> ReadMultipartAsync(HttpContext http, MediaTypeHeaderValue type, ProtectFields fields, string key)
    {
        AllowFile(http, MultipartOverhead);
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "Invalid multipart body", "The Content-Type has no usable boundary.");
        }

        var reader = new MultipartReader(boundary, http.Request.Body, BufferSize) { BodyLengthLimit = null };
        OriginalImage? original = null;
        var hasImage = false;
        while (await NextAsync(reader, http.RequestAborted) is { } section)
        {
            var (name, isFile, fileName) = FormPart.Of(section) is { } part
                ? part
                : throw new ApiException(StatusCodes.Status400BadRequest, "Invalid multipart body", "A part has no valid Content-Disposition.");
            if (!isFile)
            {
                await fields.Errors.RunAsync(
                    async () => fields.Add(new WireField(name, await ReadTextAsync(section, name, http.RequestAborted))));
                continue;
            }

            var body = section.Body;
            if (fileName is "")
            {
                // An input in which no file was chosen says nothing.
                if (await WholeAsync(() => PeekedStream.OpenAsync(body, http.RequestAborted)) is not { } content)
                {
                    continue;
                }

                body = content;
            }

            if (name != ProtectFieldNames.Image)
            {
                fields.Errors.Add(ApiException.BadField(
                    name.Length is 0 or > 64 ? "file" : name, "unknown file field; send the picture as 'image'", ErrorCodes.UnknownField));
                continue;
            }

            if (hasImage)
            {
                fields.Errors.Add(ApiException.RepeatedField(ProtectFieldNames.Image));
                continue;
            }

            hasImage = true;
            if (fields.Errors.Any)
            {
                // It will be refused; what else is wrong with it is still to be found.
                continue;
            }

            var declaration = new ImageDeclaration(ImageDeclaration.CleanFileName(fileName), section.ContentType, null);
            original = await WholeAsync(() => intake.StoreAsync(body, declaration, key, http.RequestAborted));
        }

        if (!hasImage)
        {
            return await referenced.ReceiveAsync(fields, http.Owner(), key, http.RequestAborted);
        }

        ReferencedImages.Refuse(fields);
        var settings = ProtectionParameters.From(fields, catalog.Known);
        return new ReceivedImage(settings, original!);
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await WholeAsync(() => reader.ReadNextSectionAsync(cancellationToken));
        }
        catch (InvalidDataException)
        {
            throw BrokenMultipart();
        }
    }

    // Whoever reads a part may find that the body ends within it.
    private static async Task<T> WholeAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (IOException e) when (e is not BadHttpRequestException && IsMultipartDamage(e))
        {
            throw BrokenMultipart();
        }
    }

    private static async Task<string> ReadTextAsync(MultipartSection section, string name, CancellationToken cancellationToken)
    {
        // Four bytes of UTF-8 for each character, and one more to notice the excess.
        var buffer = new byte[(ProtectFields.MaxTextLength * 4) + 1];
        var length = await WholeAsync(
            () => section.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).AsTask());
        if (length == buffer.Length)
        {
            throw ApiException.BadField(name.Length <= 64 ? name : "field", "too long");
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw ApiException.BadField(name, "is not valid UTF-8");
        }
    }

    private static void AddQuery(ProtectFields fields, string name, StringValues values)
    {
        foreach (var value in values)
        {
            fields.Add(new WireField(name, value ?? ""));
        }
    }

    private void AllowFile(HttpContext http, long overhead)
    {
        var most = limits.CurrentValue.MaxFileBytes + overhead;
        if (http.Request.ContentLength > most)
        {
            throw ApiException.TooLarge(limits.CurrentValue.MaxFileBytes);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most;
        }
    }

    private static bool IsMultipartDamage(Exception e) => e.Message.Contains("Unexpected end of Stream", StringComparison.Ordinal);

    private static ApiException BrokenMultipart() => new(
        StatusCodes.Status400BadRequest, "Invalid multipart body", "The multipart body ends too early or is not well-formed.");
}
