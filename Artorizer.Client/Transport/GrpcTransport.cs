using System.Runtime.CompilerServices;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Rpc;
using Artorizer.Contracts.TaskRpc;
using Artorizer.Contracts.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TaskRequest = Artorizer.Contracts.Api.TaskRequest;

namespace Artorizer.Client.Transport;

/// <summary>The gRPC API.</summary>
internal sealed partial class GrpcTransport : ITransport
{
    private const string IdempotencyKey = "idempotency-key";

    private readonly GrpcChannel _channel;
    private readonly CallInvoker _calls;
    private readonly ArtorizerClientOptions _options;
    private readonly Uri _server;

    public GrpcTransport(Uri server, ArtorizerClientOptions options, HttpMessageHandler handler)
    {
        (_server, _options) = (server, options);

        // A single task may be larger than the default limit of 4 MiB.
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler, MaxReceiveMessageSize = null });
        _calls = _channel.CreateCallInvoker();
    }

    public void Dispose() => _channel.Dispose();

    public Task<TaskSubmittedView> QueueTaskAsync(TaskRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var options = Options(_options.Timeouts.Call, cancellationToken);
        if (idempotencyKey is not null)
        {
            options.Headers!.Add(IdempotencyKey, idempotencyKey);
        }

        return CallAsync(TaskDaemonMethods.QueueTask, Message(request), options);
    }

    public Task<TaskView> GetTaskAsync(int id, CancellationToken cancellationToken) =>
        CallAsync(TaskDaemonMethods.GetTask, new TaskIdRequest { TaskId = id }, cancellationToken);

    public Task<TaskView[]> ListTasksAsync(int limit, int? before, CancellationToken cancellationToken)
    {
        var request = new ListRequest { Limit = limit };
        if (before is { } id)
        {
            request.Before = id;
        }

        return CallAsync(TaskDaemonMethods.ListTasks, request, cancellationToken);
    }

    public Task DeleteTaskAsync(int id, CancellationToken cancellationToken) =>
        ActAsync(TaskDaemonMethods.DeleteTask, id, 404, cancellationToken);

    public Task RedriveTaskAsync(int id, CancellationToken cancellationToken) =>
        ActAsync(TaskDaemonMethods.RedriveTask, id, 404, cancellationToken);

    public Task<TaskMetricsView> GetMetricsAsync(CancellationToken cancellationToken) =>
        CallAsync(TaskDaemonMethods.GetMetrics, new Empty(), cancellationToken);

    public IAsyncEnumerable<TaskView> StreamTasksAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var request = new StreamRequest { IncludeExisting = filter.IncludeExisting };
        request.TaskIds.AddRange(filter.TaskIds);
        request.TaskTypes.AddRange(filter.TaskTypes);
        return StreamAsync(TaskDaemonMethods.StreamTasks, request, Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private CallOptions Options(TimeSpan? limit, CancellationToken cancellationToken)
    {
        var headers = new Metadata();
        if (_options.ApiKey is { } key)
        {
            headers.Add("authorization", $"Bearer {key}");
        }

        return new CallOptions(headers, _options.TimeProvider.GetUtcNow().UtcDateTime + limit, cancellationToken);
    }

    private Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class => CallAsync(method, request, Options(_options.Timeouts.Call, cancellationToken));

    private async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options)
        where TRequest : class
        where TResponse : class
    {
        using var call = _calls.AsyncUnaryCall(method, host: null, options, request);
        return await AwaitAsync(call.ResponseAsync, options.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls what answers "no such task" without an error.</summary>
    /// <param name="method">The call.</param>
    /// <param name="id">The task.</param>
    /// <param name="status">HTTP status of the same refusal.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    private async Task ActAsync(Method<TaskIdRequest, ActionResponse> method, int id, int status, CancellationToken cancellationToken)
    {
        var response = await CallAsync(method, new TaskIdRequest { TaskId = id }, cancellationToken).ConfigureAwait(false);
        if (!response.Success)
        {
            throw new ArtorizerException(response.Message) { Status = status };
        }
    }

    private async Task<T> AwaitAsync<T>(Task<T> response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw GrpcFailures.Of(e, _server);
        }
    }

    /// <summary>The messages of a stream.</summary>
    /// <param name="method">The call.</param>
    /// <param name="request">Its request.</param>
    /// <param name="idle">How long the server may say nothing.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    private async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, TimeSpan idle, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        using var call = _calls.AsyncServerStreamingCall(method, host: null, Options(null, cancellationToken), request);
        while (await NextAsync(call.ResponseStream, idle, cancellationToken).ConfigureAwait(false))
        {
            yield return call.ResponseStream.Current;
        }
    }

    private async Task<bool> NextAsync<T>(IAsyncStreamReader<T> messages, TimeSpan idle, CancellationToken cancellationToken)
    {
        try
        {
            return await messages.MoveNext(cancellationToken).WaitAsync(idle, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw GrpcFailures.Of(e, _server);
        }
        catch (TimeoutException e)
        {
            throw HttpFailures.OfConnection(e, _server);
        }
    }

    private static Contracts.TaskRpc.TaskRequest Message(TaskRequest task)
    {
        var message = new Contracts.TaskRpc.TaskRequest { TaskType = task.Type ?? "" };
        if (task.Data is { } data)
        {
            message.TaskData = UnsafeByteOperations.UnsafeWrap(data.Bytes);
            message.TaskDataFormat = (PayloadFormat)PayloadFormats.NumberOf(data);
        }

        if (task.Priority is { } priority)
        {
            message.Priority = priority;
        }

        if (task.DelayMs is { } delay)
        {
            message.DelayMs = delay;
        }

        return message;
    }
}
