using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Artorizer.Client;

namespace Artorizer.UnitTests.Client;

/// <summary>Answers over gRPC that are no message of the schema.</summary>
public sealed class GrpcAnswerTests
{
    [Fact]
    public async Task An_answer_that_cannot_be_read_is_no_lost_connection_and_not_asked_for_again()
    {
        // status (4) of a job: none that there is.
        using var server = new Answering([0x22, 1, (byte)'?']);
        using var client = new ArtorizerClient(
            new Uri("http://localhost:1"),
            new ArtorizerClientOptions { Protocol = ArtorizerClientOptions.Grpc, Handler = server, RetryDelay = TimeSpan.FromMilliseconds(1) });

        var failure = await Assert.ThrowsAsync<ArtorizerException>(() => client.GetJobAsync("j", TestContext.Current.CancellationToken));

        Assert.StartsWith("The server's answer cannot be read: The status is none of", failure.Message, StringComparison.Ordinal);
        Assert.Equal((200, false, 1), (failure.Status, failure.IsTransient, server.Calls));
    }

    private sealed class Answering(byte[] message) : HttpMessageHandler
    {
        public int Calls { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            var frame = new byte[5 + message.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
            message.CopyTo(frame, 5);
            var answer = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Version = HttpVersion.Version20,
                Content = new ByteArrayContent(frame),
                RequestMessage = request,
            };
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            answer.TrailingHeaders.Add("grpc-status", "0");
            return Task.FromResult(answer);
        }
    }
}
