using Artorizer.Interop;
using Grpc.Net.Client;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>Clients of other gRPC implementations against the own server.</summary>
[Collection(GrpcPeers.Collection)]
public sealed class PeerClientTests(GrpcPeers peers)
{
    public static readonly TheoryData<string> Clients = ["python", "node"];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Messages_of_any_size_come_back_as_they_were(string client)
    {
        foreach (var size in (int[])[0, 1, 4091, 65_536, 1_000_000, 64 * 1024 * 1024])
        {
            var result = await peers.CallAsync(client, Call("Unary") with { Requests = [new() { PayloadSize = size }] });
            Assert.Equal((0, ""), (result.Status, result.Details));
            Assert.Equal(size, Assert.Single(result.Replies).Size);
            Assert.Equal(Payload.Sha256(Payload.Create(size)), result.Sha256);
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Server_stream_arrives_in_order(string client)
    {
        var result = await peers.CallAsync(client, Call("ServerStream") with { Requests = [new() { Count = 500, ReplySize = 20_000 }] });
        Assert.Equal(0, result.Status);
        Assert.Equal(Enumerable.Range(0, 500).Select(index => new PeerReply(index, 20_000)), result.Replies);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Empty_streams_are_streams(string client)
    {
        var empty = await peers.CallAsync(client, Call("ServerStream"));
        Assert.Equal(0, empty.Status);
        Assert.Empty(empty.Replies);

        var nothing = await peers.CallAsync(client, Call("ClientStream") with { Requests = [] });
        Assert.Equal(new PeerSummary(0, 0), nothing.Summary);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_stream_is_counted(string client)
    {
        var requests = Enumerable.Range(0, 300).Select(index => new PeerRequest { PayloadSize = index * 100 }).ToArray();
        var result = await peers.CallAsync(client, Call("ClientStream") with { Requests = requests });
        Assert.Equal(0, result.Status);
        Assert.Equal(new PeerSummary(300, requests.Sum(request => request.PayloadSize!.Value)), result.Summary);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Duplex_stream_answers_each_message(string client)
    {
        var requests = Enumerable.Range(1, 100).Select(index => new PeerRequest { PayloadSize = index * 1000 }).ToArray();
        var result = await peers.CallAsync(client, Call("Duplex") with { Requests = requests });
        Assert.Equal(0, result.Status);
        Assert.Equal(requests.Select((request, index) => new PeerReply(index, request.PayloadSize!.Value)), result.Replies);
        Assert.Equal(Payload.Sha256([.. requests.Select(request => Payload.Create(request.PayloadSize!.Value))]), result.Sha256);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Status_detail_and_trailers_of_an_error_arrive(string client)
    {
        const string Detail = "Nicht gefunden: Grüße, 100 %\n日本語";
        var failing = new PeerRequest { FailWith = 5, FailDetail = Detail, Count = 3 };
        foreach (var method in (string[])["Unary", "ServerStream", "ClientStream", "Duplex"])
        {
            var result = await peers.CallAsync(client, Call(method) with { Requests = [failing] });
            Assert.Equal((5, Detail), (result.Status, result.Details));
            Assert.Equal(["AP8K"], result.Trailers["x-failed-bin"]);
            Assert.Equal(method == "ServerStream" ? 3 : 0, result.Replies.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Exceptions_are_hidden(string client)
    {
        var result = await peers.CallAsync(client, Call("Unary") with { Requests = [new() { Crash = true }] });
        Assert.Equal((2, "Exception was thrown by handler."), (result.Status, result.Details));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Metadata_comes_back_in_headers_and_trailers(string client)
    {
        var metadata = new Dictionary<string, string[]>
        {
            ["x-text"] = ["a value, with a comma", "a second value"],
            ["x-bytes-bin"] = [Convert.ToBase64String(Payload.Create(256)), "AA=="],
            ["x-empty"] = [""],
        };
        foreach (var method in (string[])["Unary", "ServerStream", "ClientStream", "Duplex"])
        {
            var result = await peers.CallAsync(client, Call(method) with { Metadata = metadata, Requests = [new() { Count = 1 }] });
            Assert.Equal(0, result.Status);
            foreach (var (key, values) in metadata)
            {
                // grpc-js joins the values of a text header, as HTTP allows.
                Assert.Equal(string.Join(", ", values), string.Join(", ", result.Headers[key]));
                Assert.Equal(string.Join(", ", values), string.Join(", ", result.Trailers["x-trailer-" + key[2..]]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Deadline_ends_the_call_on_both_sides(string client)
    {
        foreach (var method in (string[])["Unary", "ServerStream", "ClientStream", "Duplex"])
        {
            var name = $"deadline-{client}-{method}";
            var result = await peers.CallAsync(
                client,
                Call(method) with { DeadlineMs = 300, Requests = [new() { Name = name, Count = 1, DelayMs = 30_000 }] });
            Assert.Equal(4, result.Status);
            Assert.InRange(result.ElapsedMs, 200, 15_000);
            await ServerSawCancellationAsync(name);
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Cancellation_reaches_the_server(string client)
    {
        var name = $"cancel-{client}";
        var streaming = Call("ServerStream") with { CancelAfter = 3, Requests = [new() { Name = name, Count = 10_000, DelayMs = 50 }] };
        Assert.Equal(1, (await peers.CallAsync(client, streaming)).Status);
        await ServerSawCancellationAsync(name);

        foreach (var method in (string[])["Unary", "ClientStream", "Duplex"])
        {
            name = $"cancel-{client}-{method}";
            var waiting = Call(method) with { CancelAfterMs = 300, KeepOpen = true, Requests = [new() { Name = name, DelayMs = 30_000 }] };
            Assert.Equal(1, (await peers.CallAsync(client, waiting)).Status);
            await ServerSawCancellationAsync(name);
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Gzip_is_read_and_written(string client)
    {
        foreach (var method in (string[])["Unary", "ServerStream", "Duplex"])
        {
            var request = new PeerRequest { PayloadSize = 300_000, Count = 1, Compress = true };
            var result = await peers.CallAsync(client, Call(method) with { Gzip = true, Requests = [request] });
            Assert.Equal((0, ""), (result.Status, result.Details));
            Assert.Equal(Payload.Sha256(Payload.Create(300_000)), result.Sha256);
        }

        var counted = await peers.CallAsync(client, Call("ClientStream") with { Gzip = true, Requests = [new() { PayloadSize = 50_000 }, new()] });
        Assert.Equal(new PeerSummary(2, 50_000), counted.Summary);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Messages_over_a_limit_are_refused(string client)
    {
        var limited = Call("Unary") with { Target = peers.LimitedServer.Authority };
        var fits = await peers.CallAsync(client, limited with { Requests = [new() { PayloadSize = GrpcPeers.SizeLimit - 100, ReplySize = 1 }] });
        Assert.Equal(0, fits.Status);

        var received = await peers.CallAsync(client, limited with { Requests = [new() { PayloadSize = GrpcPeers.SizeLimit + 1 }] });
        Assert.Equal((8, "Received message exceeds the maximum configured message size."), (received.Status, received.Details));

        var sent = await peers.CallAsync(client, limited with { Requests = [new() { ReplySize = GrpcPeers.SizeLimit + 1 }] });
        Assert.Equal((8, "Sending message exceeds the maximum configured message size."), (sent.Status, sent.Details));

        // Small on the wire, large once decompressed.
        var bomb = await peers.CallAsync(client, limited with { Gzip = true, Requests = [new() { PayloadSize = 50 * GrpcPeers.SizeLimit }] });
        Assert.Equal(8, bomb.Status);

        var own = await peers.CallAsync(client, Call("Unary") with { MaxReceive = 1000, Requests = [new() { ReplySize = 2000 }] });
        Assert.Equal(8, own.Status);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Unknown_methods_and_services_are_unimplemented(string client)
    {
        Assert.Equal(12, (await peers.CallAsync(client, Call("NotImplemented"))).Status);

        var method = await peers.CallAsync(client, Call("Unary") with { Path = "/artorizer.interop.Interop/Nothing" });
        Assert.Equal((12, "Method is unimplemented."), (method.Status, method.Details));

        var service = await peers.CallAsync(client, Call("Unary") with { Path = "/no.such.Service/Nothing" });
        Assert.Equal((12, "Service is unimplemented."), (service.Status, service.Details));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Unix_domain_socket_is_served(string client)
    {
        var result = await peers.CallAsync(
            client, Call("Unary") with { Target = "unix:" + peers.Server.SocketPath, Requests = [new() { PayloadSize = 1000 }] });
        Assert.Equal((0, ""), (result.Status, result.Details));
        Assert.Equal(Payload.Sha256(Payload.Create(1000)), result.Sha256);
    }

    private PeerCall Call(string method) => new() { Target = peers.Server.Authority, Method = method };

    private async Task ServerSawCancellationAsync(string name)
    {
        using var channel = GrpcChannel.ForAddress(peers.Server.Address);
        var interop = new Interop.Interop.InteropClient(channel);
        await Eventually.HoldsAsync(
            async () => (await interop.CountCancelledAsync(new Request { Name = name })).Messages == 1,
            $"The server did not see that {name} was cancelled.");
    }
}
