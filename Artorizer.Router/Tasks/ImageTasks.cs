using System.Buffers;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs.Engine;
using Artorizer.Router.Errors;
using Artorizer.Router.Protect;

namespace Artorizer.Router.Tasks;

/// <summary>
/// <c>protect_image</c> by the task API: the data are the fields of <c>POST /protect</c>, with the image as bytes or by name.
/// They become a submission like any other; what a worker reads is never a caller's.
/// </summary>
internal sealed class ImageTasks(ImageSubmission submission, ReferencedImages referenced, ImageIntake intake, EngineCatalog catalog)
{
    private static readonly JsonWireProtocol Json = new();
    private static readonly MessagePackWireProtocol MessagePack = new();

    public async Task<Job> SubmitAsync(string owner, TaskRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var (fields, image) = Read(request);
        var delay = TimeSpan.FromMilliseconds(request.DelayMs ?? 0);
        var created = await submission.SubmitAsync(
            owner, idempotencyKey, key => ReceiveAsync(fields, image, owner, key, cancellationToken), cancellationToken, delay);
        return created.Job;
    }

    private static (ProtectFields Fields, byte[]? Image) Read(TaskRequest request)
    {
        var fields = new ProtectFields();
        byte[]? image = null;
        foreach (var field in Fields(request.Data ?? Payload.Null))
        {
            if (field.Name != ProtectFieldNames.Image)
            {
                fields.Add(field);
            }
            else if (field.Value is not byte[] bytes)
            {
                throw ApiException.BadField(
                    ProtectFieldNames.Image, "must be bytes, which JSON does not have; send MessagePack, or image_url or upload_id");
            }
            else
            {
                image = image is null ? bytes : throw ApiException.RepeatedField(ProtectFieldNames.Image);
            }
        }

        if (request.Priority is { } priority)
        {
            fields.Add(new WireField(ProtectFieldNames.Priority, (long)priority));
        }

        return (fields, image);
    }

    private static IReadOnlyList<WireField> Fields(Payload data)
    {
        if (data == Payload.Null)
        {
            return [];
        }

        var bytes = new ReadOnlySequence<byte>(data.Bytes);
        try
        {
            return data.Format switch
            {
                Payload.Json => Json.ReadFields(bytes),
                Payload.MessagePack => MessagePack.ReadFields(bytes),
                _ => throw NoObject(),
            };
        }
        catch (WireFormatException)
        {
            throw NoObject();
        }
    }

    private async Task<ReceivedImage> ReceiveAsync(ProtectFields fields, byte[]? image, string owner, string key, CancellationToken cancellationToken)
    {
        var received = await StoreAsync(fields, image, owner, key, cancellationToken);
        if (received.Settings.Via == JobVia.Queue)
        {
            return received;
        }

        received.Dispose();
        throw ApiException.BadField(ProtectFieldNames.Via, "a task goes by the queue; use POST /protect for the other ways");
    }

    private async Task<ReceivedImage> StoreAsync(ProtectFields fields, byte[]? image, string owner, string key, CancellationToken cancellationToken)
    {
        if (image is null)
        {
            return await referenced.ReceiveAsync(fields, owner, key, cancellationToken);
        }

        ReferencedImages.Refuse(fields);
        var settings = ProtectionParameters.From(fields, catalog.Known);
        await using var content = new MemoryStream(image, writable: false);
        return new ReceivedImage(settings, await intake.StoreAsync(content, new ImageDeclaration(null, null, image.Length), key, cancellationToken));
    }

    private static ApiException NoObject() => ApiException.BadField("data", "must be an object with the fields of POST /protect");
}
