using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Artorizer.Contracts.Api;

namespace Artorizer.Client.Transport;

/// <summary>tus 1.0.0: creation, and PATCH from where the server is.</summary>
internal sealed partial class HttpTransport
{
    private const string UploadOffset = "Upload-Offset";

    public bool CanResumeUploads => true;

    public async Task<SubmittedView> ContinueUploadAsync(ResumableUpload upload, ProtectionSettings settings, CancellationToken cancellationToken)
    {
        if (upload is { Location: not null, IsStale: true })
        {
            await LocateAsync(upload, cancellationToken).ConfigureAwait(false);
        }

        if (upload.Location is null)
        {
            upload.Begin(await CreateAsync(upload.Image, cancellationToken).ConfigureAwait(false));
        }

        if (upload.Offset < upload.Image.Length)
        {
            await AppendAsync(upload, cancellationToken).ConfigureAwait(false);
        }

        var form = Form(settings, null);
        form.Add(new StringContent(upload.Id), "upload_id");
        var submitted = await SendFormAsync(form, settings, expectContinue: false, cancellationToken).ConfigureAwait(false);
        upload.Forget();
        return submitted;
    }

    private async Task LocateAsync(ResumableUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            upload.Offset = await SendAsync(Tus(HttpMethod.Head, upload.Location!), _options.Timeouts.Call, OffsetAsync, cancellationToken)
                .ConfigureAwait(false);
            upload.IsStale = false;
        }
        catch (ArtorizerException e) when (e.Status is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Gone)
        {
            upload.Forget();
        }
    }

    private Task<string> CreateAsync(ImageUpload image, CancellationToken cancellationToken)
    {
        var request = Tus(HttpMethod.Post, "files");
        request.Headers.Add("Upload-Length", image.Length!.Value.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", "filename " + Convert.ToBase64String(Encoding.UTF8.GetBytes(image.FileName)));
        return SendAsync(
            request,
            _options.Timeouts.Call,
            (answer, _) => System.Threading.Tasks.Task.FromResult(
                answer.Headers.Location?.OriginalString.TrimStart('/') ?? throw HttpFailures.Unreadable("it names no upload.", answer.StatusCode)),
            cancellationToken);
    }

    private async Task AppendAsync(ResumableUpload upload, CancellationToken cancellationToken)
    {
        var request = Tus(HttpMethod.Patch, upload.Location!);
        request.Headers.Add(UploadOffset, upload.Offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new StreamContent(upload.Image.Open(upload.Offset), BufferSize);
        request.Content.Headers.ContentLength = upload.Image.Length - upload.Offset;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        upload.IsStale = true;
        try
        {
            upload.Offset = await SendAsync(request, _options.Timeouts.Upload, OffsetAsync, cancellationToken).ConfigureAwait(false);
            upload.IsStale = false;
        }
        catch (ArtorizerException e) when (e.Status is (int)HttpStatusCode.Conflict or (int)HttpStatusCode.Locked)
        {
            // What an earlier connection left was still being stored; asking again tells how far it came.
            throw new ArtorizerException(e.Message, e);
        }
    }

    private static HttpRequestMessage Tus(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static Task<long> OffsetAsync(HttpResponseMessage answer, CancellationToken cancellationToken) => System.Threading.Tasks.Task.FromResult(
        answer.Headers.TryGetValues(UploadOffset, out var values)
            && long.TryParse(values.Single(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw HttpFailures.Unreadable("it tells no offset.", answer.StatusCode));
}
