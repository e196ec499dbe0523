using System.ComponentModel.DataAnnotations;
using Artorizer.Infrastructure.Embedded.Files;
using Artorizer.Infrastructure.Embedded.Sqlite;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Jobs.Queue;
using Microsoft.Extensions.Logging;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>
/// All stores of one data directory: SQLite for jobs, queue and events, files for large objects. Nothing to install.
/// One instance serves a whole process, whatever number of hosts it runs; see
/// <see cref="EmbeddedStoresExtensions.AddEmbeddedStores(Microsoft.Extensions.DependencyInjection.IServiceCollection, EmbeddedStores)"/>.
/// </summary>
public sealed partial class EmbeddedStores : IAsyncDisposable, IDisposable
{
    private readonly DataDirectory _directory;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly EmbeddedJobQueue _queue;
    private readonly EmbeddedJobEvents _events;
    private readonly EmbeddedJobStore _jobs;
    private readonly ObjectSweep _sweep;
    private int _disposed;

    private EmbeddedStores(DataDirectory directory, WriteSession session, EmbeddedStoreOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<EmbeddedStores>();
        _directory = directory;
        foreach (var path in directory.OpenToOthers)
        {
            LogOpen(logger, path);
        }

        var files = new ObjectFiles(directory.Objects);
        Signer = new ObjectSigner(ObjectSigner.LoadKey(directory.SigningKey), options, time);

        _writer = new SqliteWriter(session, options.MaxBatch, options.WriteQueueCapacity, logger);
        _readers = new SqliteReaders(directory.Database, options.ReadConnections);
        _queue = new EmbeddedJobQueue(_writer, _readers, MessageRows.FindNextDue(session), options, time, logger);
        _events = new EmbeddedJobEvents(_writer, _readers, options);
        _jobs = new EmbeddedJobStore(_writer, _readers, _queue, _events, directory, options, time);
        Objects = new EmbeddedObjectStore(_writer, _readers, files, directory, Signer, options, time, logger);
        SecretKeys = new SecretKeyFiles(directory.SecretKeys);
        _sweep = new ObjectSweep(files, _readers, time, logger);
        _writer.Start();
    }

    /// <summary>The jobs.</summary>
    public IJobStore Jobs => _jobs;

    /// <summary>Jobs together with their messages.</summary>
    public IJobSubmission Submission => _jobs;

    /// <summary>The queue.</summary>
    public IJobQueue Queue => _queue;

    /// <summary>The events.</summary>
    public IJobEvents Events => _events;

    /// <summary>The objects.</summary>
    public IObjectStore Objects { get; }

    internal ObjectSigner Signer { get; }

    internal SecretKeyFiles SecretKeys { get; }

    internal Task StartUpSweep => _sweep.StartUp;

    internal int ListenedJobs => _events.TopicCount;

    /// <summary>Opens a data directory, making it if it is missing, and brings its schema up to date.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process uses it.</exception>
    /// <exception cref="InvalidDataException">It was written by a newer version, or is damaged.</exception>
    /// <exception cref="ValidationException">A setting is out of its range.</exception>
    public static Task<EmbeddedStores> OpenAsync(
        EmbeddedStoreOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return Task.Run(() => Open(options, timeProvider, loggerFactory), cancellationToken);
    }

    /// <summary>
    /// Finishes what was accepted, folds the log into the database and gives the directory free. Callers that wait for
    /// messages or events are let go.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Close();
        _events.Close();
        await _sweep.DisposeAsync();
        await _writer.DisposeAsync();
        _readers.Dispose();
        _directory.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for containers that are disposed synchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    [LoggerMessage(
        20, LogLevel.Warning, "{Path} is open to other users of this machine, and only the user that it belongs to can change that; see chmod(1)")]
    private static partial void LogOpen(ILogger logger, string path);

    private static EmbeddedStores Open(EmbeddedStoreOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var directory = DataDirectory.Open(options.DataDirectory);
        WriteSession? session = null;
        try
        {
            session = new WriteSession(directory.Database);
            return new EmbeddedStores(directory, session, options, time, loggers);
        }
        catch (Exception exception)
        {
            session?.Dispose();
            directory.Dispose();
            if (exception is Microsoft.Data.Sqlite.SqliteException)
            {
                throw SqliteErrors.Translate(exception);
            }

            throw;
        }
    }
}
