"""No file imports in a circle, and no folder: what depends on what has a beginning."""

import functools

import grimp
import networkx as nx

PACKAGES = ("volltrack", "volltrack_fiji")


@functools.cache
def imports():
    """Every module of ours, and whom it imports."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    modules = nx.DiGraph()
    modules.add_nodes_from(graph.modules)
    for module in graph.modules:
        modules.add_edges_from((module, found) for found in graph.find_modules_directly_imported_by(module))
    return modules


def circles(graph):
    return [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]


def ancestor_in(folder, module):
    """The file or folder directly in `folder` that holds a module; empty where none does."""
    if not module.startswith(f"{folder}."):
        return ""
    return f"{folder}.{module[len(folder) + 1 :].partition('.')[0]}"


def test_no_file_imports_in_a_circle():
    assert imports().number_of_edges() > 2000, "the imports were not found"
    assert circles(imports()) == []


def test_no_folder_imports_in_a_circle_with_its_neighbours():
    folders = {module.rpartition(".")[0] for module in imports() if "." in module}
    found = {}
    for folder in sorted(folders):
        neighbours = nx.DiGraph()
        for importer, imported in imports().edges:
            ends = ancestor_in(folder, importer), ancestor_in(folder, imported)
            if all(ends) and ends[0] != ends[1]:
                neighbours.add_edge(*ends)
        if circles(neighbours):
            found[folder] = circles(neighbours)
    assert found == {}
