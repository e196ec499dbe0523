using Artorizer.Interop;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>Clients from the container.</summary>
public sealed class ClientFactoryTests : IAsyncLifetime
{
    private InteropServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await InteropServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Handlers_defaults_interceptors_and_credentials_apply()
    {
        var services = new ServiceCollection();
        services.AddTransient<HeaderHandler>();
        services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler<HeaderHandler>());
        services.AddGrpcClient<Interop.Interop.InteropClient>(options => options.Address = new Uri(_server.Address))
            .AddInterceptor(() => new AddHeader("x-channel"))
            .AddInterceptor(InterceptorScope.Client, () => new AddHeader("x-client"))
            .AddCallCredentials((_, metadata) =>
            {
                metadata.Add("x-credentials", "set");
                return Task.CompletedTask;
            })
            .ConfigureChannel(options => options.UnsafeUseInsecureChannelCallCredentials = true)
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Add("X-Default", "set"));
        await using var provider = services.BuildServiceProvider(validateScopes: true);

        for (var i = 0; i < 2; i++)
        {
            await using var scope = provider.CreateAsyncScope();
            var client = scope.ServiceProvider.GetRequiredService<Interop.Interop.InteropClient>();
            using var call = client.UnaryAsync(new Request(), cancellationToken: Stop);
            var headers = await call.ResponseHeadersAsync;
            await call;
            Assert.Equal(
                ["x-channel", "x-client", "x-credentials", "x-default", "x-handler"],
                headers.Where(header => header.Key.StartsWith("x-", StringComparison.Ordinal)).Select(header => header.Key).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Named_clients_have_their_own_addresses()
    {
        await using var other = await InteropServer.StartAsync(options => options.MaxReceiveMessageSize = 1);
        var services = new ServiceCollection();
        services.AddGrpcClient<Interop.Interop.InteropClient>("one", options => options.Address = new Uri(_server.Address));
        services.AddGrpcClient<Interop.Interop.InteropClient>("two", (_, options) => options.Address = new Uri(other.Address));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var factory = provider.GetRequiredService<GrpcClientFactory>();

        var request = new Request { ReplySize = 10 };
        Assert.Equal(10, (await factory.CreateClient<Interop.Interop.InteropClient>("one").UnaryAsync(request, cancellationToken: Stop)).Payload.Length);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => factory.CreateClient<Interop.Interop.InteropClient>("two").UnaryAsync(request, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient<Interop.Interop.InteropClient>("three"));
    }

    [Fact]
    public void Missing_address_is_told()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Interop.Interop.InteropClient>();
        using var provider = services.BuildServiceProvider();
        Assert.Contains("Could not resolve the address", Assert.Throws<InvalidOperationException>(provider.GetRequiredService<Interop.Interop.InteropClient>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_without_tls_are_refused()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Interop.Interop.InteropClient>(options => options.Address = new Uri(_server.Address))
            .AddCallCredentials((_, _) => Task.CompletedTask);
        using var provider = services.BuildServiceProvider();
        Assert.Contains("requires TLS", Assert.Throws<InvalidOperationException>(provider.GetRequiredService<Interop.Interop.InteropClient>).Message, StringComparison.Ordinal);
    }

    private sealed class HeaderHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("x-handler", "set");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class AddHeader(string header) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = new Metadata { { header, "set" } };
            foreach (var entry in context.Options.Headers ?? [])
            {
                headers.Add(entry);
            }

            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
