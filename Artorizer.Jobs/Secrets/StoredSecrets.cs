using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Artorizer.Jobs.Secrets;

/// <summary>
/// Callers' secrets on their way through stores and queue: encrypted (ASP.NET Core Data Protection, AES-256-CBC with HMAC-SHA256), so that
/// a copy of a database, a queue or a bucket does not give them away. The keys are where jobs are kept, for all services that share them.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="time">The clock.</param>
public sealed class StoredSecrets(IXmlRepository keys, TimeProvider time) : IDisposable
{
    // Tells what is encrypted from what older versions have stored as it came.
    private const string Mark = "encrypted:1:";
    private const string Purpose = "Artorizer.StoredSecrets";

    // A key that is not known here was made by another service since ours were read.
    private static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private ServiceProvider? _services;
    private IDataProtector? _protector;
    private long _readAt;

    /// <summary>What may be stored.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read.</exception>
    public string Protect(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        try
        {
            return Mark + Protector().Protect(secret);
        }
        catch (CryptographicException e) when (Unavailable(e) is { } unavailable)
        {
            throw unavailable;
        }
    }

    /// <summary>What was stored, encrypted or, as older versions did, in clear.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read.</exception>
    /// <exception cref="CryptographicException">The key is lost, or the text was changed.</exception>
    public string Reveal(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (!stored.StartsWith(Mark, StringComparison.Ordinal))
        {
            return stored;
        }

        try
        {
            return Unprotect(stored[Mark.Length..]);
        }
        catch (CryptographicException e) when (Unavailable(e) is { } unavailable)
        {
            throw unavailable;
        }
    }

    /// <summary>Releases the keys.</summary>
    public void Dispose() => _services?.Dispose();

    private static StoreUnavailableException? Unavailable(Exception? e) => e switch
    {
        null => null,
        StoreUnavailableException unavailable => unavailable,
        AggregateException many => many.InnerExceptions.Select(Unavailable).FirstOrDefault(inner => inner is not null),
        _ => Unavailable(e.InnerException),
    };

    private string Unprotect(string text)
    {
        try
        {
            return Protector().Unprotect(text);
        }
        catch (CryptographicException) when (TryReread())
        {
            return Protector().Unprotect(text);
        }
    }

    private IDataProtector Protector()
    {
        lock (_lock)
        {
            return _protector ??= Read();
        }
    }

    private bool TryReread()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_readAt) < RereadInterval)
            {
                return false;
            }

            _protector = Read();
            return true;
        }
    }

    // In a container of its own: one that is part of the host's would read the keys at the start, when their store may not be there yet,
    // and keep them for a day. The containers before it are left to those that still use them.
    private IDataProtector Read()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDataProtection().SetApplicationName("Artorizer");
        services.Configure<KeyManagementOptions>(management => management.XmlRepository = keys);
        _services = services.BuildServiceProvider();
        _readAt = time.GetTimestamp();
        return _services.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);
    }
}
