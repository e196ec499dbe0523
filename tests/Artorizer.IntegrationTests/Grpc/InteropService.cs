using System.Collections.Concurrent;
using Artorizer.Interop;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The service of interop.proto.</summary>
public sealed class InteropService : Interop.Interop.InteropBase
{
    private static readonly ConcurrentDictionary<string, int> Cancelled = new();
    private static readonly ConcurrentDictionary<string, int> Written = new();

    /// <summary>How many messages the stream of this name has been able to write.</summary>
    public static int WrittenBy(string name) => Written.GetValueOrDefault(name);

    public override async Task<Reply> Unary(Request request, ServerCallContext context)
    {
        using var counted = CountCancellation(request, context);
        await EchoMetadataAsync(request, context);
        await DelayAsync(request, context);
        FailIfAsked(request);
        return ReplyTo(request, 0);
    }

    public override async Task ServerStream(Request request, IServerStreamWriter<Reply> responseStream, ServerCallContext context)
    {
        using var counted = CountCancellation(request, context);
        await EchoMetadataAsync(request, context);
        for (var i = 0; i < request.Count; i++)
        {
            await DelayAsync(request, context);
            await responseStream.WriteAsync(ReplyTo(request, i));
            Written.AddOrUpdate(request.Name, 1, (_, count) => count + 1);
        }

        FailIfAsked(request);
    }

    public override async Task<Summary> ClientStream(IAsyncStreamReader<Request> requestStream, ServerCallContext context)
    {
        var summary = new Summary();
        await foreach (var request in requestStream.ReadAllAsync())
        {
            using var counted = CountCancellation(request, context);
            if (summary.Messages == 0)
            {
                await EchoMetadataAsync(request, context);
            }

            await DelayAsync(request, context);
            FailIfAsked(request);
            summary.Messages++;
            summary.Bytes += request.Payload.Length;
        }

        return summary;
    }

    public override async Task Duplex(IAsyncStreamReader<Request> requestStream, IServerStreamWriter<Reply> responseStream, ServerCallContext context)
    {
        var index = 0;
        await foreach (var request in requestStream.ReadAllAsync())
        {
            using var counted = CountCancellation(request, context);
            if (index == 0)
            {
                await EchoMetadataAsync(request, context);
            }

            await DelayAsync(request, context);
            FailIfAsked(request);
            await responseStream.WriteAsync(ReplyTo(request, index++));
        }
    }

    public override Task<Summary> CountCancelled(Request request, ServerCallContext context) =>
        Task.FromResult(new Summary { Messages = Cancelled.GetValueOrDefault(request.Name) });

    private static async Task EchoMetadataAsync(Request request, ServerCallContext context)
    {
        var headers = new Metadata();
        if (request.Compress)
        {
            headers.Add("grpc-internal-encoding-request", "gzip");
        }

        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
            context.ResponseTrailers.Add(entry.IsBinary
                ? new Metadata.Entry("x-trailer-" + entry.Key[2..], entry.ValueBytes)
                : new Metadata.Entry("x-trailer-" + entry.Key[2..], entry.Value));
        }

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }

    private static Task DelayAsync(Request request, ServerCallContext context) =>
        request.DelayMs == 0 ? Task.CompletedTask : Task.Delay(request.DelayMs, context.CancellationToken);

    /// <summary>Counts the cancellation of the call, wherever in the method it comes.</summary>
    private static CancellationTokenRegistration CountCancellation(Request request, ServerCallContext context) =>
        context.CancellationToken.Register(() => Cancelled.AddOrUpdate(request.Name, 1, (_, count) => count + 1));

    private static void FailIfAsked(Request request)
    {
        if (request.Crash)
        {
            throw new InvalidOperationException("The secret of the crash.");
        }

        if (request.FailWith != 0)
        {
            throw new RpcException(new Status((StatusCode)request.FailWith, request.FailDetail), new Metadata { { "x-failed-bin", [0, 255, 10] } });
        }
    }

    private static Reply ReplyTo(Request request, int index) => new()
    {
        Index = index,
        Payload = request.ReplySize > 0 ? UnsafeByteOperations.UnsafeWrap(new byte[request.ReplySize]) : request.Payload,
    };
}
