using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>The descriptors of the mapped services and of all that they refer to, found at the first query.</summary>
internal sealed class DescribedServices
{
    private readonly Dictionary<string, FileDescriptor> _filesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _filesBySymbol = new(StringComparer.Ordinal);

    public DescribedServices(EndpointDataSource endpoints)
    {
        var types = endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<Type>()
            .Distinct();
        var services = types.Select(FindDescriptor).OfType<ServiceDescriptor>().DistinctBy(service => service.FullName).ToArray();
        Names = [.. services.Select(service => service.FullName)];
        foreach (var service in services)
        {
            Add(service.File);
        }
    }

    public IReadOnlyList<string> Names { get; }

    public FileDescriptor? FindByName(string name) => _filesByName.GetValueOrDefault(name);

    public FileDescriptor? FindBySymbol(string symbol) => _filesBySymbol.GetValueOrDefault(symbol);

    private static ServiceDescriptor? FindDescriptor(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ServiceDescriptor;
            }
        }

        return null;
    }

    private void Add(FileDescriptor file)
    {
        if (!_filesByName.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var dependency in file.Dependencies)
        {
            Add(dependency);
        }

        foreach (var service in file.Services)
        {
            AddSymbols(file, [service, .. service.Methods]);
        }

        AddSymbols(file, file.EnumTypes);
        foreach (var message in file.MessageTypes)
        {
            Add(file, message);
        }
    }

    private void Add(FileDescriptor file, MessageDescriptor message)
    {
        AddSymbols(file, [message, .. message.EnumTypes, .. message.Oneofs, .. message.Fields.InDeclarationOrder()]);
        foreach (var nested in message.NestedTypes)
        {
            Add(file, nested);
        }
    }

    private void AddSymbols(FileDescriptor file, IEnumerable<IDescriptor> symbols)
    {
        foreach (var symbol in symbols)
        {
            _filesBySymbol[symbol.FullName] = file;
        }
    }
}
