using System.Diagnostics;
using Artorizer.Interop;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The own client against the own server: what the two promise their callers beyond the wire.</summary>
public sealed class OwnClientTests : IAsyncLifetime
{
    private InteropServer _server = null!;
    private GrpcChannel _channel = null!;
    private Interop.Interop.InteropClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await InteropServer.StartAsync(options =>
        {
            options.MaxReceiveMessageSize = null;
            options.EnableDetailedErrors = true;
        });
        _channel = _server.Connect(options => options.MaxReceiveMessageSize = null);
        _client = new Interop.Interop.InteropClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Large_messages_come_back_as_they_were()
    {
        var payload = Payload.Create(64 * 1024 * 1024);
        foreach (var headers in (Metadata[])[[], [new Metadata.Entry("grpc-internal-encoding-request", "gzip")]])
        {
            var request = new Request { Payload = UnsafeByteOperations.UnsafeWrap(payload), Compress = headers.Count > 0 };
            var reply = await _client.UnaryAsync(request, headers, cancellationToken: Stop);
            Assert.True(reply.Payload.Span.SequenceEqual(payload));
        }
    }

    [Fact]
    public void Blocking_call_answers() =>
        Assert.Equal(5, _client.Unary(new Request { ReplySize = 5 }, cancellationToken: Stop).Payload.Length);

    [Fact]
    public async Task Hundreds_of_calls_run_at_once()
    {
        var calls = Enumerable.Range(0, 300).Select(async size =>
            (await _client.UnaryAsync(new Request { Payload = ByteString.CopyFrom(Payload.Create(size)), DelayMs = 1 }, cancellationToken: Stop)).Payload.Length);
        Assert.Equal(Enumerable.Range(0, 300), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task Slow_reader_holds_the_server_back()
    {
        var request = new Request { Name = "slow-reader", Count = 1000, ReplySize = 1_000_000 };
        using var call = _client.ServerStream(request, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        await StandsStillAsync(() => InteropService.WrittenBy("slow-reader"), atMost: 100);

        var count = 1;
        while (await call.ResponseStream.MoveNext(Stop))
        {
            count++;
        }

        Assert.Equal(1000, count);
    }

    [Fact]
    public async Task Slow_server_holds_the_writer_back()
    {
        using var call = _client.ClientStream(cancellationToken: Stop);
        await call.RequestStream.WriteAsync(new Request { Name = "slow-server", DelayMs = 60_000 }, Stop);
        var written = 0;
        var message = new Request { Payload = UnsafeByteOperations.UnsafeWrap(new byte[1_000_000]) };
        var writing = Task.Run(
            async () =>
            {
                while (written < 1000)
                {
                    await call.RequestStream.WriteAsync(message, Stop);
                    Interlocked.Increment(ref written);
                }
            },
            Stop);
        await StandsStillAsync(() => Volatile.Read(ref written), atMost: 100);

        call.Dispose();
        var exception = await Assert.ThrowsAsync<RpcException>(() => writing);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    [Fact]
    public async Task Passed_deadline_fails_without_a_request()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => _client.UnaryAsync(new Request { Crash = true }, deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: Stop).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task Detailed_errors_are_told_when_asked_for()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _client.UnaryAsync(new Request { Crash = true }, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(
            (StatusCode.Unknown, "Exception was thrown by handler. InvalidOperationException: The secret of the crash."),
            (exception.StatusCode, exception.Status.Detail));
    }

    [Fact]
    public async Task Cancellation_can_be_told_as_such()
    {
        using var channel = _server.Connect(options => options.ThrowOperationCanceledOnCancellation = true);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var client = new Interop.Interop.InteropClient(channel);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.UnaryAsync(new Request { DelayMs = 60_000 }, cancellationToken: source.Token).ResponseAsync);
        Assert.Equal(source.Token, cancelled.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.UnaryAsync(new Request { DelayMs = 60_000 }, deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: Stop).ResponseAsync);
    }

    [Fact]
    public async Task Disposing_the_channel_ends_its_calls()
    {
        var channel = _server.Connect();
        using var call = new Interop.Interop.InteropClient(channel).ServerStream(new Request { Name = "channel", Count = 1, DelayMs = 60_000 }, cancellationToken: Stop);
        var reading = call.ResponseStream.MoveNext(Stop);
        await Task.Delay(200, Stop);
        channel.Dispose();
        var exception = await Assert.ThrowsAsync<RpcException>(() => reading);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await Eventually.HoldsAsync(
            async () => (await _client.CountCancelledAsync(new Request { Name = "channel" }, cancellationToken: Stop)).Messages == 1,
            "The server did not see the end of the call.");
    }

    [Fact]
    public async Task Streams_take_one_operation_at_a_time_and_none_after_their_end()
    {
        using var call = _client.Duplex(cancellationToken: Stop);
        var reading = call.ResponseStream.MoveNext(Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(Stop));
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());

        await call.RequestStream.WriteAsync(new Request(), Stop);
        Assert.True(await reading);
        await call.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Request(), Stop));
        Assert.False(await call.ResponseStream.MoveNext(Stop));
        Assert.False(await call.ResponseStream.MoveNext(Stop));
    }

    [Fact]
    public async Task Buffered_writes_arrive()
    {
        using var call = _client.ClientStream(cancellationToken: Stop);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        for (var i = 0; i < 1000; i++)
        {
            await call.RequestStream.WriteAsync(new Request { Payload = ByteString.CopyFrom(new byte[1000]) }, Stop);
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(new Summary { Messages = 1000, Bytes = 1_000_000 }, await call);
    }

    [Fact]
    public async Task Call_has_a_span_of_the_callers_trace()
    {
        var stopped = new List<Activity>();
        using var source = new ActivitySource("grpc-test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name is "grpc-test" or "Grpc.Net.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (stopped)
                {
                    stopped.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var parent = source.StartActivity("caller")!;
        await _client.UnaryAsync(new Request(), cancellationToken: Stop);
        Assert.Same(parent, Activity.Current);

        // The span ends when the call is cleaned up, a moment after its answer.
        Activity? span = null;
        await Eventually.HoldsAsync(
            () =>
            {
                lock (stopped)
                {
                    span = stopped.SingleOrDefault(activity => activity.TraceId == parent.TraceId && activity.OperationName == "Grpc.Net.Client.GrpcOut");
                }

                return Task.FromResult(span is not null);
            },
            "The call left no span.");

        Assert.Equal(parent.SpanId, span!.ParentSpanId);
        Assert.Equal("/artorizer.interop.Interop/Unary", span.GetTagItem("grpc.method"));
        Assert.Equal("0", span.GetTagItem("grpc.status_code"));
    }

    /// <summary>Waits until the count no longer grows, and checks where it stopped.</summary>
    private static async Task StandsStillAsync(Func<int> count, int atMost)
    {
        var last = -1;
        await Eventually.HoldsAsync(
            async () =>
            {
                var before = count();
                await Task.Delay(500, Stop);
                last = count();
                return before == last;
            },
            "Nothing held the writer back.");
        Assert.InRange(last, 0, atMost);
    }
}
