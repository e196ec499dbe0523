namespace Artorizer.AppHost.Topology;

/// <summary>What keeps the state of a run.</summary>
internal enum ServerKind
{
    /// <summary><see cref="Containers"/> where a container engine answers, else <see cref="Embedded"/>.</summary>
    Auto,

    /// <summary>SQLite and files, in the one process of Artorizer.Standalone.</summary>
    Embedded,

    /// <summary>Redis, RabbitMQ and Ceph's S3 gateway, as programs that are installed on this machine.</summary>
    Local,

    /// <summary>Redis, RabbitMQ and MinIO in containers; the only kind that is published.</summary>
    Containers,
}
