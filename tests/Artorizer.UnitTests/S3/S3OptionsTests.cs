using Artorizer.Infrastructure.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Artorizer.UnitTests.S3;

/// <summary>What <c>ConnectionStrings:s3</c> and section <c>S3</c> may say.</summary>
public sealed class S3OptionsTests
{
    [Fact]
    public void The_connection_string_is_read_and_wins()
    {
        var options = Read(
            "Endpoint=http://minio:9000;AccessKey=a;SecretKey=a+b/c==;bucket=pictures;REGION=eu-1;"
                + "PublicEndpoint=https://files.example;ForcePathStyle=false",
            ("Bucket", "other"), ("Retries", "5"));

        Assert.Equal(
            ("http://minio:9000", "a", "a+b/c==", "pictures", "eu-1", "https://files.example", false, 5),
            (
                options.Endpoint, options.AccessKey, options.SecretKey, options.Bucket,
                options.Region, options.PublicEndpoint, options.UsesPathStyle, options.Retries));
    }

    [Fact]
    public void The_defaults_suit_servers_outside_of_AWS()
    {
        var options = Read("Endpoint=http://localhost:9000;AccessKey=a;SecretKey=b");

        Assert.Equal(("artorizer", "us-east-1", true), (options.Bucket, options.Region, options.UsesPathStyle));
        Assert.Equal(["*"], options.Origins);
        Assert.Empty(Read("Endpoint=http://localhost:9000;AccessKey=a;SecretKey=b", ("CorsOrigins:0", "")).Origins);
    }

    [Theory]
    [InlineData("Region=eu-central-1")]
    [InlineData("Endpoint=https://s3.eu-central-1.amazonaws.com;Region=eu-central-1")]
    public void AWS_takes_the_bucket_in_the_host_name_and_keys_from_its_usual_places(string connection) =>
        Assert.False(Read(connection).UsesPathStyle);

    [Theory]
    [InlineData("Endpoint=localhost:9000;AccessKey=a;SecretKey=b", "Endpoint")]
    [InlineData("Endpoint=http://host/path;AccessKey=a;SecretKey=b", "Endpoint")]
    [InlineData("Endpoint=http://host;PublicEndpoint=files.example;AccessKey=a;SecretKey=b", "PublicEndpoint")]
    [InlineData("Endpoint=http://host;AccessKey=a", "SecretKey")]
    [InlineData("Endpoint=http://host;SecretKey=topsecret", "AccessKey")]
    [InlineData("Endpoint=http://host", "are missing")]
    [InlineData("Endpoint=http://host;AccessKey=a;SecretKey=topsecret;Bucket=No", "Bucket")]
    [InlineData("Endpoint=http://host;AccessKey=a;SecretKey=topsecret;ForcePathStyle=perhaps", "ForcePathStyle")]
    [InlineData("Endpoint=http://host;AccessKey=a;SecretKey=topsecret;Buckte=x", "buckte")]
    [InlineData("Endpoint=http://host;AccessKey=a;topsecret", "not a list")]
    public void A_wrong_one_is_named_without_its_secret(string connection, string named)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(connection));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", failure.ToString(), StringComparison.Ordinal);
    }

    private static S3Options Read(string connection, params (string Name, string Value)[] section)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            section.Select(entry => KeyValuePair.Create($"S3:{entry.Name}", (string?)entry.Value)).Append(new("ConnectionStrings:s3", connection)));
        builder.AddS3Objects();
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptions<S3Options>>().Value;
    }
}
