namespace Grpc.Core;

/// <summary>The parts that the four call objects share: headers, status, trailers, disposal.</summary>
internal readonly struct AsyncCallState
{
    private readonly object _headers;
    private readonly Func<object, Status> _status;
    private readonly Func<object, Metadata> _trailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    public AsyncCallState(Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
    {
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
        _state = state;
    }

    public AsyncCallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
    {
        _headers = headers;
        _status = _ => status();
        _trailers = _ => trailers();
        _dispose = _ => dispose();
        _state = headers;
    }

    public Task<Metadata> ResponseHeadersAsync() => _headers as Task<Metadata> ?? ((Func<object, Task<Metadata>>)_headers)(_state);

    public Status GetStatus() => _status(_state);

    public Metadata GetTrailers() => _trailers(_state);

    public void Dispose() => _dispose(_state);
}
