using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Artorizer.Infrastructure.Redis;

/// <summary>The keys that callers' secrets are encrypted with, as a list in Redis, which all services share.</summary>
internal sealed class RedisSecretKeys(RedisCommands redis) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
    [
        .. Wait(redis.RunAsync(database => database.ListRangeAsync(redis.Keys.SecretKeys), CancellationToken.None))
            .Select(xml => XElement.Parse(xml.ToString())),
    ];

    public void StoreElement(XElement element, string friendlyName) => Wait(redis.RunAsync(
        database => database.ListRightPushAsync(redis.Keys.SecretKeys, element.ToString(SaveOptions.DisableFormatting)), CancellationToken.None));

    // The interface knows no other way. It is asked once in the life of a process, and has a limit on its time.
    private static T Wait<T>(Task<T> command) => command.GetAwaiter().GetResult();
}
