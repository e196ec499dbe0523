using Artorizer.Interop;
using Google.Protobuf.Reflection;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The standard services, asked by grpc-js.</summary>
[Collection(GrpcPeers.Collection)]
public sealed class PeerServiceTests(GrpcPeers peers)
{
    [Fact]
    public async Task Health_is_told()
    {
        var all = await peers.AskAsync<HealthAnswer>("node", new { kind = "health", target = peers.Server.Authority, service = "" });
        // No check is registered, so nothing is known.
        Assert.Equal(new HealthAnswer(0, "", 0), all);

        var other = await peers.AskAsync<HealthAnswer>("node", new { kind = "health", target = peers.Server.Authority, service = "other" });
        Assert.Equal(5, other.Status);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public async Task Reflection_describes_the_services(string version)
    {
        var result = await peers.AskAsync<ReflectionAnswer>("node", new
        {
            kind = "reflect",
            version,
            target = peers.Server.Authority,
            queries = new object[]
            {
                new { list_services = "*" },
                new { file_containing_symbol = "artorizer.interop.Interop.Unary" },
                new { file_containing_symbol = "artorizer.interop.Request" },
                new { file_by_filename = "interop.proto" },
                new { file_by_filename = "nothing.proto" },
                new { all_extension_numbers_of_type = "artorizer.interop.Request" },
            },
        });

        Assert.Equal(0, result.Status);
        Assert.Equal(
            ["artorizer.interop.Interop", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
            result.Answers[0].Services!.Order(StringComparer.Ordinal));
        foreach (var answer in result.Answers[1..4])
        {
            var file = FileDescriptorProto.Parser.ParseFrom(Convert.FromBase64String(Assert.Single(answer.Files!)));
            Assert.Equal(InteropReflection.Descriptor.ToProto(), file);
        }

        Assert.Equal(5, result.Answers[4].Error);
        Assert.Equal(12, result.Answers[5].Error);
    }

    private sealed record HealthAnswer(int Status, string Details, int? Serving);

    private sealed record ReflectionAnswer(int Status, string Details, ReflectedItem[] Answers);

    private sealed record ReflectedItem(string[]? Services, string[]? Files, int Error);
}
