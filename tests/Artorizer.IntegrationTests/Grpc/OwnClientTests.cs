using Artorizer.Interop;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The own client against the own server.</summary>
public sealed class OwnClientTests : IAsyncLifetime
{
    private InteropServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InteropServer.StartAsync(options =>
    {
        options.MaxReceiveMessageSize = null;
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Unary_call_answers()
    {
        using var channel = _server.Connect();
        var reply = await new Interop.Interop.InteropClient(channel).UnaryAsync(
            new Request { Payload = ByteString.CopyFromUtf8("hello") }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("hello", reply.Payload.ToStringUtf8());
    }

    [Fact]
    public async Task Server_stream_answers_in_order()
    {
        using var channel = _server.Connect();
        using var call = new Interop.Interop.InteropClient(channel).ServerStream(
            new Request { Count = 100, ReplySize = 10_000 }, cancellationToken: TestContext.Current.CancellationToken);
        var indexes = new List<int>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(10_000, reply.Payload.Length);
            indexes.Add(reply.Index);
        }

        Assert.Equal(Enumerable.Range(0, 100), indexes);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }
}
