using System.ComponentModel.DataAnnotations;
using System.Data.Common;

namespace Artorizer.Infrastructure.S3;

/// <summary>
/// <c>Endpoint=http://host:9000;AccessKey=…;SecretKey=…;Bucket=…;Region=…;PublicEndpoint=https://…;ForcePathStyle=true</c>
/// </summary>
internal static class S3ConnectionString
{
    /// <summary>
    /// Sets what the connection string says. Values with a semicolon or quotation marks are quoted, as in
    /// every ADO.NET connection string.
    /// </summary>
    /// <exception cref="ValidationException">It cannot be read; the message holds none of its values.</exception>
    public static void Apply(string text, S3Options options)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = text;
        }
        catch (ArgumentException exception)
        {
            // Not as the inner exception either: it may quote the string.
            throw Invalid($"is not a list of name=value parted by semicolons ({exception.GetType().Name}).");
        }

        foreach (string name in parts.Keys)
        {
            var value = (string)parts[name];
            switch (name)
            {
                case "endpoint":
                    options.Endpoint = value;
                    break;
                case "publicendpoint":
                    options.PublicEndpoint = value;
                    break;
                case "accesskey":
                    options.AccessKey = value;
                    break;
                case "secretkey":
                    options.SecretKey = value;
                    break;
                case "bucket":
                    options.Bucket = value;
                    break;
                case "region":
                    options.Region = value;
                    break;
                case "forcepathstyle":
                    options.ForcePathStyle =
                        bool.TryParse(value, out var path) ? path : throw Invalid("has a ForcePathStyle that is neither true nor false.");
                    break;
                default:
                    throw Invalid(
                        "has a part of another name than Endpoint, AccessKey, SecretKey, Bucket, Region, PublicEndpoint and ForcePathStyle"
                        + (name.All(char.IsAsciiLetter) && name.Length <= 20 ? $": {name}." : "."));
            }
        }
    }

    private static ValidationException Invalid(string problem) => new($"ConnectionStrings:{S3Options.ConnectionName} {problem}");
}
