using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Artorizer.Router.Negotiation;

/// <summary>The body of an answer to HEAD: counted, and not sent. Whoever sends nothing but headers, as streams do, passes through.</summary>
internal sealed class HeadBody : Stream, IHttpResponseBodyFeature
{
    private readonly HttpResponse _response;
    private readonly IHttpResponseBodyFeature _server;
    private long _length;

    public HeadBody(HttpResponse response, IHttpResponseBodyFeature server)
    {
        (_response, _server) = (response, server);
        Writer = PipeWriter.Create(this, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public PipeWriter Writer { get; }

    Stream IHttpResponseBodyFeature.Stream => this;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => _length += count;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _length += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Sends the headers, which must wait for the length where there is one.
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _length == 0 ? _server.Stream.FlushAsync(cancellationToken) : Task.CompletedTask;

    public void DisableBuffering() => _server.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await TellLengthAsync(CancellationToken.None);
        await _server.CompleteAsync();
    }

    /// <summary>Says in the headers how long the body was, if there was one.</summary>
    public async Task TellLengthAsync(CancellationToken cancellationToken)
    {
        if (Writer.UnflushedBytes > 0)
        {
            await Writer.FlushAsync(cancellationToken);
        }

        if (!_response.HasStarted && _length > 0)
        {
            _response.ContentLength ??= _length;
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
