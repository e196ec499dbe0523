using System.Net.Sockets;
using Artorizer.Contracts.Api;
using Artorizer.Router.Errors;
using Artorizer.ServiceDefaults.Outbound;

namespace Artorizer.Router.Protect;

/// <summary>Fetches <c>image_url</c> under the rules of <see cref="PublicHttpClient"/>, straight into the store.</summary>
internal sealed class RemoteImages(PublicHttpClient http, ImageIntake intake)
{
    public async Task<OriginalImage> FetchAsync(Uri url, string key, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(http.Timeout);
        try
        {
            using var response = await http.SendAsync(Request, url, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Failed($"the server answered {(int)response.StatusCode}");
            }

            var headers = response.Content.Headers;
            var declaration = new ImageDeclaration(
                ImageDeclaration.CleanFileName(Uri.UnescapeDataString(url.Segments[^1])), headers.ContentType?.MediaType, PlainBody.Length(response));
            await using var body = await PlainBody.OpenAsync(response, limit.Token);
            return await intake.StoreAsync(body, declaration, key, limit.Token);
        }
        catch (OutboundRefusedException e)
        {
            throw Failed(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"not read within {http.Timeout.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (
            e is HttpRequestException or HttpIOException or InvalidDataException or IOException { InnerException: SocketException })
        {
            throw Failed("the server could not be reached, or ended the transfer");
        }
    }

    private static HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "image/*");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        request.Headers.TryAddWithoutValidation("User-Agent", "Artorizer");
        return request;
    }

    private static ApiException Failed(string reason) => ApiException.BadField(ProtectFieldNames.ImageUrl, reason);
}
