using System.Globalization;
using System.Text.Json;
using Artorizer.Client;
using Artorizer.Client.Transport;
using Artorizer.Router.Grpc;

namespace Artorizer.UnitTests.Client;

/// <summary>The settings of a submission say the same over HTTP and over gRPC.</summary>
public sealed class ProtectionFormTests
{
    private static readonly Uri Url = new("https://example.org/a.png");

    [Fact]
    public void Every_setting_has_the_same_name_and_value_in_a_form_and_in_a_message()
    {
        var settings = new ProtectionSettings { Artist = "Ada", Title = "Sea" };
        foreach (var property in typeof(ProtectionSettings).GetProperties())
        {
            property.SetValue(settings, Value(property.PropertyType, property.Name));
        }

        var form = ProtectionForm.Of(settings, Url).Select(field => $"{field.Name}={field.Value}").Order(StringComparer.Ordinal).ToArray();

        // All but the idempotency key, which is a header, and the upload's record, which stays here; and the image's address.
        Assert.Equal(typeof(ProtectionSettings).GetProperties().Length - 2 + 1, form.Length);
        Assert.Equal(form, Message(settings, Url));
    }

    [Fact]
    public void What_is_not_set_is_not_sent()
    {
        var settings = new ProtectionSettings { Artist = "Ada", Title = "Sea" };

        Assert.Equal([("artist_name", "Ada"), ("artwork_title", "Sea")], ProtectionForm.Of(settings, null));
        Assert.Equal(["artist_name=Ada", "artwork_title=Sea"], Message(settings, null));
    }

    private static string[] Message(ProtectionSettings settings, Uri? url) =>
    [
        .. ProtectRequestFields.Of(ProtectionMessages.ToMessage(settings, url))
            .Select(field => $"{field.Name}={Text(field.Value)}").Order(StringComparer.Ordinal),
    ];

    private static object Value(Type type, string name) =>
        type == typeof(string) ? name
        : type == typeof(IReadOnlyList<string>) ? new[] { name, "with, comma" }
        : type == typeof(bool?) ? false
        : type == typeof(int?) ? 3
        : type == typeof(double?) ? 0.25
        : type == typeof(Uri) ? new Uri("https://example.org/" + name)
        : throw new InvalidOperationException($"{type} is a type that this test does not know.");

    private static string? Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IReadOnlyList<object?> list => JsonSerializer.Serialize(list.Cast<string>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
