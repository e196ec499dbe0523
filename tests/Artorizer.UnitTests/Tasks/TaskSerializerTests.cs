using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Worker.Tasks;
using MessagePack;
using Microsoft.Extensions.Options;

namespace Artorizer.UnitTests.Tasks;

/// <summary>Binding of task data to types, and of results to the request's own kind.</summary>
public sealed class TaskSerializerTests
{
    private readonly TaskSerializer _serializer = new(Options.Create(new TaskSerializerOptions()));

    public enum Urgency
    {
        NotSoSoon,
        Now,
    }

    public static TheoryData<string> Formats => [Payload.Json, Payload.MessagePack];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Binds_records_by_names_in_snake_case(string format)
    {
        var order = Read<Order>("""{"customer":"Ada","lines":[{"item":"ink","count":2}],"urgency":"not_so_soon","Paid_In":"EUR","more":1}""", format);

        Assert.Equal(("Ada", Urgency.NotSoSoon, "EUR", 1.5), (order.Customer, order.Urgency, order.PaidIn, order.Factor));
        Assert.Equal(new Line("ink", 2), Assert.Single(order.Lines));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Binds_arguments_by_position(string format)
    {
        var order = Read<Order>("""{"args":["Ada",[{"item":"ink","count":2}],"now"]}""", format);
        Assert.Equal(("Ada", Urgency.Now, 1.5), (order.Customer, order.Urgency, order.Factor));
        Assert.Equal(7, Read<int>("""{"args":[7]}""", format));
        Assert.Equal([1, 2, 3], Read<List<int>>("""{"args":[1,2,3]}""", format));
        Assert.Equal(3, Read<WithArgs>("""{"args":[1,2,3]}""", format).Args.Length);
        Assert.Equal("args", Assert.Single(Read<Dictionary<string, int[]>>("""{"args":[1]}""", format)).Key);
        Assert.Equal("args: 3 arguments were given; at most 2 are taken", Problem<Line>("""{"args":["ink",1,2]}""", format));
        Assert.Equal("count: required", Problem<Line>("""{"args":["ink"]}""", format));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Lists_every_error(string format)
    {
        Assert.Equal(
            "customer: required; lines: required; urgency: must be one of not_so_soon, now; factor: must be a number",
            Problem<Order>("""{"urgency":"never","factor":"x"}""", format));
        Assert.Equal("customer: required; lines: required", Problem<Order>("null", format));
        Assert.Equal(
            "customer: must not be null; lines[0]: missing a member, or of the wrong type",
            Problem<Order>("""{"customer":null,"lines":[{"item":"x"}]}""", format));
        Assert.Equal("data: must be an object", Problem<Order>("[1]", format));
        Assert.Equal("data: must be a whole number in range", Problem<int>("1e30", format));
        Assert.Equal("data: required", Problem<string>("null", format));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Validates_annotations_of_parameters_and_properties_in_depth(string format)
    {
        var problem = Problem<Order>(
            """{"customer":"","lines":[{"item":"ink","count":0},{"item":"pen","count":100}],"paid_in":"euro","factor":-1}""", format);

        Assert.Contains("customer: The customer field is required.", problem, StringComparison.Ordinal);
        Assert.Contains("lines[0].count: The field count must be between 1 and 99.", problem, StringComparison.Ordinal);
        Assert.Contains("lines[1].count:", problem, StringComparison.Ordinal);
        Assert.Contains("paid_in: three letters", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("factor", problem, StringComparison.Ordinal);
        Assert.Equal("factor: must not be below 0", Problem<Order>("""{"customer":"Ada","lines":[],"factor":-1}""", format));
    }

    [Fact]
    public void Failures_are_permanent()
    {
        var failure = Assert.Throws<JobFailedException>(() => _serializer.Read<Line>(Payload.FromJson("{}")));

        Assert.True(failure.IsPermanent);
        Assert.Equal(JobErrorCodes.InvalidData, failure.Error.Code);
        Assert.Equal("The task data do not fit: item: required; count: required", failure.Error.Message);
        Assert.Contains("more than once", Problem<Line>("""{"item":"a","item":"b","count":1}""", Payload.Json), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_MessagePack_reach_the_handler_as_they_are()
    {
        byte[] bytes = [0, 1, 0xC1, 0xFF];
        var data = Pack((ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(2);
            writer.Write("image");
            writer.Write(bytes);
            writer.Write("parts");
            writer.WriteArrayHeader(2);
            writer.Write(bytes);
            writer.Write("AAE=");
        });

        var picture = _serializer.Read<Picture>(data);

        Assert.Equal(bytes, picture.Image);
        Assert.Equal(bytes, picture.Parts![0].ToArray());
        Assert.Equal([0, 1], picture.Parts[1].ToArray());
        Assert.Equal(bytes, _serializer.Read<byte[]>(new Payload(Payload.Binary, bytes)));
        Assert.Equal([0, 1], _serializer.Read<Picture>(Payload.FromJson("""{"image":"AAE="}""")).Image);
    }

    [Fact]
    public void Bytes_are_never_mistaken_for_text_or_lists()
    {
        var data = Pack((ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(1);
            writer.Write("item");
            writer.Write(new byte[] { 1, 2 });
        });

        Assert.Contains(
            "item: must be text", Assert.Throws<JobFailedException>(() => _serializer.Read<Line>(data)).Message, StringComparison.Ordinal);
        Assert.Throws<JobFailedException>(() => _serializer.Read<List<object>>(new Payload(Payload.Binary, new byte[] { 1 })));
        Assert.Throws<JobFailedException>(() => _serializer.Read<List<string>>(new Payload(Payload.Binary, new byte[] { 1 })));
        Assert.Contains("image: must be bytes", Problem<Picture>("""{"image":[1,2]}""", Payload.MessagePack), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_take_any_JSON_see_bytes_as_base64()
    {
        var data = Pack((ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(2);
            writer.Write("image");
            writer.Write(new byte[] { 0, 1 });
            writer.Write("rest");
            writer.Write(new byte[] { 2, 3 });
        });

        var loose = _serializer.Read<Loose>(data);

        Assert.Equal([0, 1], loose.Image);
        Assert.Equal("AgM=", loose.Rest.GetString());
        Assert.Equal("AgM=", (string?)_serializer.Read<JsonNode>(data)["rest"]);
        Assert.Equal("AgM=", Assert.IsType<JsonElement>(_serializer.Read<Dictionary<string, object>>(data)["rest"]).GetString());
        Assert.Same(data, _serializer.Read<Payload>(data));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("\"\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("false")]
    [InlineData("1.5")]
    [InlineData("[1,\"zwei\",null,{\"a\":[]}]")]
    [InlineData("\"€ & <b>\"")]
    public void Results_stay_what_they_are(string json)
    {
        var value = JsonNode.Parse(json);

        var asJson = _serializer.Write<object?>(value, Payload.Json);
        var asMessagePack = _serializer.Write<object?>(value, Payload.MessagePack);

        Assert.Equal(Payload.FromJson(json), asJson);
        Assert.Equal(new Payload(Payload.MessagePack, PayloadTranscoder.ToMessagePack(Payload.FromJson(json))), asMessagePack);
        Assert.Equal(asJson, _serializer.Write<object?>(value, Payload.Binary));
    }

    [Fact]
    public void Results_hold_bytes_natively()
    {
        byte[] bytes = [0, 0xC1, 0xFF];

        var result = _serializer.Write(
            new { Image = bytes, Nothing = (string?)null, Parts = new List<ReadOnlyMemory<byte>> { bytes } }, Payload.MessagePack);

        var reader = new MessagePackReader(result.Bytes);
        Assert.Equal(3, reader.ReadMapHeader());
        Assert.Equal("image", reader.ReadString());
        Assert.Equal(bytes, reader.ReadBytes()!.Value.ToArray());
        Assert.Equal("nothing", reader.ReadString());
        Assert.True(reader.TryReadNil());
        Assert.Equal("parts", reader.ReadString());
        Assert.Equal(1, reader.ReadArrayHeader());
        Assert.Equal(bytes, reader.ReadBytes()!.Value.ToArray());
        Assert.True(reader.End);

        Assert.Equal(new Payload(Payload.Binary, bytes), _serializer.Write(bytes, Payload.Json));
        Assert.Equal(new Payload(Payload.Binary, bytes), _serializer.Write(bytes, Payload.Binary));
        Assert.Equal(new Payload(Payload.MessagePack, new byte[] { 0xC4, 3, 0, 0xC1, 0xFF }), _serializer.Write(bytes, Payload.MessagePack));
        Assert.Equal(Payload.MessagePack, _serializer.Write(new { Image = bytes }, Payload.Binary).Format);
        Assert.Equal(Payload.FromJson("""{"image":"AMH/"}"""), _serializer.Write(new { Image = bytes }, Payload.Json));
    }

    private delegate void Writing(ref MessagePackWriter writer);

    private static Payload Pack(Writing write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return new Payload(Payload.MessagePack, buffer.WrittenMemory);
    }

    private static Payload As(string json, string format)
    {
        var payload = Payload.FromJson(json);
        return format == Payload.Json ? payload : new Payload(format, PayloadTranscoder.ToMessagePack(payload));
    }

    private T Read<T>(string json, string format) => _serializer.Read<T>(As(json, format));

    private string Problem<T>(string json, string format)
    {
        const string Start = "The task data do not fit: ";
        var message = Assert.Throws<JobFailedException>(() => Read<T>(json, format)).Message;
        Assert.StartsWith(Start, message, StringComparison.Ordinal);
        return message[Start.Length..];
    }

    private sealed record Line(string Item, [Range(1, 99)] int Count);

    private sealed record Order([Required] string Customer, List<Line> Lines, Urgency Urgency = Urgency.Now, double Factor = 1.5) : IValidatableObject
    {
        [RegularExpression("[A-Z]{3}", ErrorMessage = "three letters")]
        public string? PaidIn { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Factor < 0)
            {
                yield return new ValidationResult("must not be below 0", [nameof(Factor)]);
            }
        }
    }

    private sealed record WithArgs(int[] Args);

    private sealed record Picture(byte[] Image, List<ReadOnlyMemory<byte>>? Parts = null);

    private sealed record Loose(byte[] Image, JsonElement Rest);
}
