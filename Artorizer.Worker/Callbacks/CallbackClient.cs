using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Secrets;
using Artorizer.ServiceDefaults.Outbound;

namespace Artorizer.Worker.Callbacks;

/// <summary>Posts to callback URLs under the rules of <see cref="PublicHttpClient"/>.</summary>
internal sealed class CallbackClient(PublicHttpClient http, StoredSecrets secrets)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="JobFailedException">The call was refused for good, or failed for now.</exception>
    public async Task PostAsync(CallbackDelivery delivery, CancellationToken cancellationToken)
    {
        var token = Token(delivery);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var response = await http.SendAsync(url => Request(url, delivery, token), delivery.Url, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                var status = (int)response.StatusCode;
                throw Failed($"The callback was answered with {status}.", permanent: status is >= 300 and < 500 and not 408 and not 425 and not 429);
            }
        }
        catch (OutboundRefusedException e)
        {
            throw Failed($"The callback was not made: {e.Message}", permanent: true);
        }
        catch (HttpRequestException e)
        {
            throw Failed("The callback's server could not be reached.", permanent: false, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed("The callback was not answered in time.", permanent: false, e);
        }
    }

    private string? Token(CallbackDelivery delivery)
    {
        try
        {
            return delivery.AuthToken is { } stored ? secrets.Reveal(stored) : null;
        }
        catch (CryptographicException e)
        {
            throw Failed("The callback was not made, because the key that its token was encrypted with is lost.", permanent: true, e);
        }
    }

    private static HttpRequestMessage Request(Uri url, CallbackDelivery delivery, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(delivery.Body, CallbackJson.Default.CallbackBody)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Artorizer");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private static JobFailedException Failed(string message, bool permanent, Exception? cause = null) =>
        new(new JobError(JobWarning.CallbackFailed, message), permanent, cause);
}
