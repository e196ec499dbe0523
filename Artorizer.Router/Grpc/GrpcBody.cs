using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Artorizer.Router.Limits;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Artorizer.Router.Grpc;

/// <summary>
/// The messages of a call on their way in. Ends calls whose sender is too slow, and those whose framing is none, which the gRPC library
/// would take for a fault of the server.
/// </summary>
/// <param name="inner">The body of the request.</param>
/// <param name="pace">How fast it must come.</param>
internal sealed class GrpcBody(PipeReader inner, UploadPace pace) : WatchedPipeReader(inner), IRequestBodyPipeFeature
{
    // gRPC over HTTP/2, Length-Prefixed-Message: whether it is compressed, and its length.
    private const int HeadSize = 5;

    public PipeReader Reader => this;

    /// <exception cref="RpcException">Nothing came in time, or too little, or no message begins here.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var ready))
        {
            return ready;
        }

        var begun = pace.Begin();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(pace.MaxSilence);
        try
        {
            var result = await Inner.ReadAsync(limit.Token);
            if (pace.Keeps(begun, result.Buffer.Length - Left) || result.IsCompleted)
            {
                return Checked(result);
            }

            // The library does not come to it.
            Inner.AdvanceTo(result.Buffer.Start);
            throw TooSlow("The request comes too slowly.");
        }
        catch (BadHttpRequestException e)
        {
            throw Refused(e);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TooSlow(string.Create(
                CultureInfo.InvariantCulture, $"Nothing of the request came for {pace.MaxSilence.TotalSeconds:0.###} seconds."));
        }
    }

    /// <exception cref="RpcException">No message begins here.</exception>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!Inner.TryRead(out result))
            {
                return false;
            }
        }
        catch (BadHttpRequestException e)
        {
            throw Refused(e);
        }

        pace.Keeps(pace.Begin(), result.Buffer.Length - Left);
        result = Checked(result);
        return true;
    }

    // By the server, before a message could be.
    private static RpcException Refused(BadHttpRequestException e) => new(new Status(
        e.StatusCode == StatusCodes.Status413PayloadTooLarge ? StatusCode.ResourceExhausted : StatusCode.InvalidArgument, e.Message));

    private static RpcException TooSlow(string sentence) => new(new Status(StatusCode.DeadlineExceeded, sentence));

    // Whole messages are consumed, so a message begins where the buffer does.
    private ReadResult Checked(ReadResult result)
    {
        Buffer = result.Buffer;
        if (Buffer.IsEmpty)
        {
            return result;
        }

        Span<byte> head = stackalloc byte[HeadSize];
        var length = (int)Math.Min(HeadSize, Buffer.Length);
        Buffer.Slice(0, length).CopyTo(head);
        var isMessage = head[0] <= 1;
        if (isMessage && (length < HeadSize || BinaryPrimitives.ReadInt32BigEndian(head[1..]) >= 0))
        {
            return result;
        }

        Inner.AdvanceTo(Buffer.Start);
        throw isMessage
            ? GrpcLimits.TooLarge(int.MaxValue)
            : new RpcException(new Status(StatusCode.InvalidArgument, "The body is no gRPC message: it begins with neither 0 nor 1."));
    }
}
