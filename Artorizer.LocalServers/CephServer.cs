using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Artorizer.LocalServers;

/// <summary>
/// An S3 server that verifies signatures: Ceph's gateway over one monitor and one storage daemon, which keeps the objects in
/// memory. They outlive the gateway and <see cref="StopAsync()"/>, not <see cref="KillAsync"/>.
/// </summary>
public sealed class CephServer : LocalServer
{
    /// <summary>How many ports it takes: the gateway and the monitor.</summary>
    public const int PortCount = 2;

    /// <summary>Environment variable of the program that sets <see cref="AccessKey"/>: a command line is there for everyone to read.</summary>
    public const string AccessKeyVariable = "S3_ACCESS_KEY";

    /// <summary>Environment variable of the program that sets <see cref="SecretKey"/>.</summary>
    public const string SecretKeyVariable = "S3_SECRET_KEY";

    /// <summary>Debian packages that it needs.</summary>
    public static IReadOnlyList<string> Packages { get; } = ["ceph-mon", "ceph-osd", "radosgw", "ceph-common"];

    /// <summary>Whether everything it needs is installed on this machine.</summary>
    public static bool IsInstalled => Missing is null;

    private static readonly string[] Programs = ["ceph-mon", "ceph-osd", "radosgw", "ceph", "ceph-authtool", "monmaptool", "radosgw-admin"];
    private readonly int _port;
    private readonly int _monitorPort;
    private Process? _gateway;

    /// <summary>Makes its folder; starts nothing.</summary>
    /// <param name="options">Where it lives; <see langword="null"/> for the defaults.</param>
    /// <param name="accessKey">Of its one user; <see langword="null"/> to make one. Letters and digits.</param>
    /// <param name="secretKey">Of its one user; <see langword="null"/> to make one. Letters and digits.</param>
    public CephServer(LocalServerOptions? options = null, string? accessKey = null, string? secretKey = null)
        : base("s3", options ??= new LocalServerOptions())
    {
        if (options.PortsOr(PortCount) is not [var port, var monitor])
        {
            throw new UnreachableException();
        }

        (_port, _monitorPort) = (port, monitor);
        AccessKey = accessKey ?? RandomNumberGenerator.GetHexString(20);
        SecretKey = secretKey ?? RandomNumberGenerator.GetHexString(40, lowercase: true);
    }

    /// <summary>Where it takes requests.</summary>
    public string Endpoint => Text($"http://127.0.0.1:{_port}");

    /// <summary>Of its one user.</summary>
    public string AccessKey { get; }

    /// <summary>Of its one user; worthless elsewhere.</summary>
    public string SecretKey { get; }

    /// <inheritdoc/>
    public override string ConnectionString => $"Endpoint={Endpoint};AccessKey={AccessKey};SecretKey={SecretKey}";

    // Holds the storage daemon's id, once everything has been made.
    private string MadeFile => Path.Combine(Folder, "made");

    private string MonitorAddress => Text($"[v2:127.0.0.1:{_monitorPort}]");

    private string[] Common => ["-c", Path.Combine(Folder, "ceph.conf")];

    /// <summary>Stops the gateway alone; the objects stay. Requests are refused until <see cref="StartGatewayAsync"/>.</summary>
    public async Task StopGatewayAsync()
    {
        if (_gateway is { } gateway)
        {
            _gateway = null;
            await StopAsync(gateway);
        }
    }

    /// <summary>Starts the gateway again, at the same address, and waits until it serves.</summary>
    public Task StartGatewayAsync(CancellationToken cancellationToken)
    {
        if (_gateway is not null)
        {
            throw new InvalidOperationException("The gateway runs.");
        }

        _gateway = Run("radosgw", ["-f", .. Common, "-n", "client.rgw"]);
        return WaitAsync(token => ListensAsync(_port, token), cancellationToken);
    }

    /// <summary>Ends it at once. The objects were in memory: the next start begins with none.</summary>
    public override async Task KillAsync()
    {
        await base.KillAsync();
        _gateway = null;
        File.Delete(MadeFile);
    }

    /// <summary>Gives a bucket a quota; puts beyond it are answered with <c>QuotaExceeded</c>.</summary>
    /// <param name="bucket">Name of the bucket.</param>
    /// <param name="bytes">Most bytes; the server counts in units of 4096.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task LimitAsync(string bucket, long bytes, CancellationToken cancellationToken)
    {
        await CallAsync(
            "radosgw-admin",
            [.. Common, "quota", "set", "--quota-scope=bucket", $"--bucket={bucket}", Text($"--max-size={bytes}B")],
            cancellationToken);
        await CallAsync("radosgw-admin", [.. Common, "quota", "enable", "--quota-scope=bucket", $"--bucket={bucket}"], cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync()
    {
        await base.StopAsync();
        _gateway = null;
    }

    /// <inheritdoc/>
    protected override async Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        if (Missing is { } missing)
        {
            throw new InvalidOperationException($"{missing} is not installed; it comes with the packages {string.Join(", ", Packages)}");
        }

        foreach (var port in (int[])[_port, _monitorPort])
        {
            if (await ListensAsync(port, cancellationToken))
            {
                throw new InvalidOperationException(Text($"another process has taken port {port} of the loopback interface"));
            }
        }

        var made = File.Exists(MadeFile);
        var storageId = made ? await File.ReadAllTextAsync(MadeFile, cancellationToken) : Guid.NewGuid().ToString();
        if (!made)
        {
            await MakeMonitorAsync(cancellationToken);
        }

        Run("ceph-mon", ["-f", .. Common, "-i", "a", "--public-addrv", MonitorAddress]);
        await WaitAsync(token => ListensAsync(_monitorPort, token), cancellationToken);
        if (!made)
        {
            await CallAsync("ceph", [.. Common, "--connect-timeout", "60", "osd", "new", storageId], cancellationToken);
            await CallAsync("ceph-osd", [.. Common, "--mkfs", "-i", "0", "--osd-uuid", storageId], cancellationToken);
        }

        Run("ceph-osd", ["-f", .. Common, "-i", "0", "--osd-uuid", storageId]);
        var gateway = StartGatewayAsync(cancellationToken);
        if (!made)
        {
            // Waits for the storage daemon by itself, while the gateway makes its pools.
            await CallAsync(
                "radosgw-admin",
                [
                    .. Common, "user", "create", "--uid=artorizer", "--display-name=Artorizer",
                    $"--access-key={AccessKey}", $"--secret-key={SecretKey}",
                ],
                cancellationToken);
        }

        await gateway;
        await File.WriteAllTextAsync(MadeFile, storageId, cancellationToken);
    }

    private static string? Missing => Array.Find(Programs, program =>
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, program))));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private async Task MakeMonitorAsync(CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "mon", "osd" })
        {
            var place = Path.Combine(Folder, name);
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }

            Directory.CreateDirectory(place);
        }

        var cluster = Guid.NewGuid().ToString();
        await File.WriteAllTextAsync(Path.Combine(Folder, "ceph.conf"), Settings(cluster), cancellationToken);
        await CallAsync("ceph-authtool", ["-C", "keyring", "-n", "mon.", "--gen-key", "--cap", "mon", "allow *"], cancellationToken);
        await KeyAsync("client.admin", ["mon", "allow *", "osd", "allow *"]);
        await KeyAsync("osd.0", ["mon", "allow profile osd", "osd", "allow *"]);
        await KeyAsync("client.rgw", ["mon", "allow rw", "osd", "allow rwx"]);

        // An address given in the settings alone would be taken for the standard port.
        await CallAsync("monmaptool", ["--create", "--clobber", "--addv", "a", MonitorAddress, "--fsid", cluster, "monmap"], cancellationToken);
        await CallAsync("ceph-mon", [.. Common, "--mkfs", "-i", "a", "--monmap", "monmap", "--keyring", "keyring"], cancellationToken);

        async Task KeyAsync(string name, string[] rights) => await CallAsync(
            "ceph-authtool",
            ["keyring", "-n", name, "--gen-key", .. rights.Chunk(2).SelectMany(pair => new[] { "--cap", pair[0], pair[1] })],
            cancellationToken);
    }

    // One copy, one placement group: there is one storage daemon. Memory for objects is taken as they come, up to the given
    // size. Without the fast shutdown the storage daemon writes them down when it is stopped.
    private string Settings(string cluster) => Text($"""
        [global]
        fsid = {cluster}
        mon host = {MonitorAddress}
        mon initial members = a
        auth cluster required = cephx
        auth service required = cephx
        auth client required = cephx
        auth allow insecure global id reclaim = false
        keyring = {Folder}/keyring
        run dir = {Folder}
        admin socket =
        crash dir = {Folder}
        log to file = false
        debug ms = 0
        public network = 127.0.0.1/32
        cluster network = 127.0.0.1/32
        log to stderr = true
        mon data = {Folder}/mon
        mon data avail crit = 1
        mon data avail warn = 2
        mon allow pool size one = true
        mon warn on pool no redundancy = false
        osd data = {Folder}/osd
        osd objectstore = memstore
        osd fast shutdown = false
        memstore device bytes = 8589934592
        osd crush chooseleaf type = 0
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        [client.admin]
        log to stderr = false
        [client.rgw]
        rgw frontends = beast endpoint=127.0.0.1:{_port} tcp_nodelay=1
        debug rgw = 1
        rgw gc obj min wait = 60
        rgw gc processor period = 60
        rgw gc processor max time = 60
        rgw bucket quota ttl = 1

        """);
}
