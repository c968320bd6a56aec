"""A learned network as an ONNX file, and drawing with it: no torch is needed for that.

The file is written directly from the weights, with every normalisation folded into the convolution
before it, so that the same weights give the same bytes.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

BASE = 24
LEVELS = 4
FOLD = 2
FITS_PX = 16
"""Width and height of what goes in are multiples of this."""
_OPSET = 17
_BN_EPS = 1e-5  # torch's
_LARGER = 1.25  # a second look at the frame, at this scale
_f = np.float32


def check_installed() -> None:
    """Raises: ImportError before hours are spent on what could not be kept or drawn."""
    for name in ("onnx", "onnxruntime"):
        importlib.import_module(name)


def as_onnx(weights: Mapping[str, np.ndarray], inputs: int, outputs: int, about: Mapping[str, str]) -> bytes:
    """The network as an ONNX file: ``planes`` (1, inputs, H, W) to ``given`` (1, outputs, H, W) and ``deep``.

    ``given`` is what stands before the sigmoid of its last plane; ``deep`` (1, 192, H/16, W/16) is
    what the network makes of the picture at its deepest.
    """
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    kept: list[Any] = []

    def node(kind: str, *takes: str, to: str, **settings: Any) -> str:
        nodes.append(helper.make_node(kind, list(takes), [to], **settings))
        return to

    def array(name: str, value: np.ndarray) -> str:
        kept.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def convolved(x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        pads = [weight.shape[2] // 2] * 4
        return node("Conv", x, array(f"{name}.weight", weight), array(f"{name}.bias", bias), to=name, pads=pads)

    def block(x: str, name: str) -> str:
        weight, bias = _folded(weights, name)
        if name == "down0a":  # ONNX folds with the place first and the plane last, torch the other way round
            going = weight.shape[0]
            weight = weight.reshape(going, inputs, FOLD**2, 3, 3).swapaxes(1, 2).reshape(going, -1, 3, 3)
        return node("Relu", convolved(x, name, weight, bias), to=f"{name}.out")

    x = node("SpaceToDepth", "planes", to="folded", blocksize=FOLD)
    beside = []
    for level in range(LEVELS):
        if level:
            x = node("MaxPool", x, to=f"pool{level}", kernel_shape=[2, 2], strides=[2, 2])
        x = block(block(x, f"down{level}a"), f"down{level}b")
        beside.append(x)
    node("Identity", x, to="deep")
    double = array("double", np.array([1, 1, 2, 2], _f))
    for level in reversed(range(LEVELS - 1)):
        larger = node(
            "Resize",
            x,
            "",
            double,
            to=f"larger{level}",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        x = node("Concat", larger, beside[level], to=f"joined{level}", axis=1)
        x = block(block(x, f"up{level}a"), f"up{level}b")
    x = convolved(x, "last", weights["last.weight"], weights["last.bias"])
    node("DepthToSpace", x, to="given", blocksize=FOLD, mode="CRD")

    def told(name: str, planes: int) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, planes, None, None])

    deepest = BASE * 2 ** (LEVELS - 1)
    graph = helper.make_graph(
        nodes, "taught", [told("planes", inputs)], [told("given", outputs), told("deep", deepest)], kept
    )
    model = helper.make_model(
        graph, producer_name="manyhands", opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8
    )
    helper.set_model_props(model, dict(sorted(about.items())))
    return bytes(model.SerializeToString(deterministic=True))


def leaning(weights: Mapping[str, np.ndarray], lean: float) -> dict[str, np.ndarray]:
    """The weights whose matte is larger by some log odds everywhere, or smaller below 0."""
    bias = weights["last.bias"].copy()
    bias[-(FOLD**2) :] += _f(lean)
    return {**weights, "last.bias": bias}


def _folded(weights: Mapping[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    """A convolution without bias and its normalisation as one convolution with bias."""
    mean, var, scale, shift = (
        weights[f"{name}.{part}"].astype(np.float64) for part in ("mean", "var", "scale", "shift")
    )
    factor = scale / np.sqrt(var + _BN_EPS)
    weight = weights[f"{name}.weight"] * factor[:, None, None, None]
    return weight.astype(_f), (shift - mean * factor).astype(_f)


@dataclass(frozen=True)
class Seen:
    """What a model makes of one frame.

    Shapes: ``given`` (H, W, outputs) float32, its last plane before the sigmoid, the mean of all
    looks; ``apart`` (H, W), how far the looks lie from each other (standard deviation of the
    matte); ``deep`` (features,).
    """

    given: np.ndarray
    apart: np.ndarray
    deep: np.ndarray

    @property
    def matte(self) -> np.ndarray:
        """From 0 to 1."""
        return sigmoid(self.given[..., -1])


class Model:
    """An opened ONNX file.

    Args:
        threads: 1 where several frames are drawn side by side.
    Raises: ImportError without onnxruntime.
    """

    def __init__(self, file: bytes, *, threads: int = 1) -> None:
        import onnxruntime

        wanted = onnxruntime.SessionOptions()
        wanted.intra_op_num_threads = threads
        wanted.inter_op_num_threads = 1
        wanted.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(file, wanted, providers=["CPUExecutionProvider"])

    def look(self, planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One look: (H, W, inputs) to (H, W, outputs) and the deepest (h, w, features)."""
        height, width = planes.shape[:2]
        below, right = -height % FITS_PX, -width % FITS_PX
        padded = _reflected(planes, below, right)
        given, deep = self._session.run(None, {"planes": np.ascontiguousarray(padded.transpose(2, 0, 1)[None])})
        return given[0].transpose(1, 2, 0)[:height, :width], deep[0].transpose(1, 2, 0)

    def see(self, planes: np.ndarray, *, twice: bool = True) -> Seen:
        """A frame as the mean of several looks: mirrored and not, and, ``twice``, at two sizes.

        Shapes: (H, W, inputs).
        """
        height, width = planes.shape[:2]
        looks = []
        first_deep = None
        for scale in (1.0, _LARGER) if twice else (1.0,):
            sized = planes if scale == 1 else _resized(planes, round(width * scale), round(height * scale))
            for mirrored in (False, True):
                given, deep = self.look(np.ascontiguousarray(sized[:, ::-1]) if mirrored else sized)
                given = given[:, ::-1] if mirrored else given
                looks.append(_resized(given, width, height))
                first_deep = deep if first_deep is None else first_deep
        assert first_deep is not None
        mattes = sigmoid(np.stack([look[..., -1] for look in looks]))
        mean = np.asarray(np.mean(looks, axis=0, dtype=_f))
        return Seen(mean, mattes.std(0).astype(_f), _pooled(first_deep, sigmoid(mean[..., -1])))


def _pooled(deep: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """The deepest planes' means over the picture and over the matte, one after the other."""
    height, width = deep.shape[:2]
    weight = cv2.resize(matte, (width, height), interpolation=cv2.INTER_AREA)[..., None]
    within = (deep * weight).sum((0, 1)) / (weight.sum() + 1e-3)
    return np.concatenate([deep.mean((0, 1)), within]).astype(_f)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), _f)


def _reflected(planes: np.ndarray, below: int, right: int) -> np.ndarray:
    return np.pad(planes, ((0, below), (0, right), (0, 0)), mode="symmetric") if below or right else planes


def _resized(planes: np.ndarray, width: int, height: int) -> np.ndarray:
    if planes.shape[:2] == (height, width):
        return planes
    return np.asarray(
        cv2.resize(np.ascontiguousarray(planes), (width, height), interpolation=cv2.INTER_LINEAR)
    ).reshape(height, width, planes.shape[2])
